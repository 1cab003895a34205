/** Days as EventBridge Scheduler and people spell them, in the order of JavaScript's. */
export const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] as const;
