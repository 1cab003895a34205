/** Everything that a page can go to. */
export const CHANNELS = ["slack", "pagerduty", "webhook", "email"] as const;

export type ChannelName = (typeof CHANNELS)[number];

/** What can be told of one incident. */
export const PAGE_STATES = ["alarm", "reminder", "over", "drill"] as const;

export type PageState = (typeof PAGE_STATES)[number];
