/** A setting that cannot work; the message is a sentence for the person who set it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** A collector could not read its source; costs this collector's samples and nobody else's. */
export class CollectError extends Error {
  override readonly name = "CollectError";
}

/** Samples could not be handed to CloudWatch. */
export class PublishError extends Error {
  override readonly name = "PublishError";
}

/** An alarm's message could not be read, or not be told to those who have to hear of it. */
export class NotifyError extends Error {
  override readonly name: string = "NotifyError";
}
