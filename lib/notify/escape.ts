/**
 * Characters that are not seen and change what is: controls, joiners, marks and overrides of the direction of writing,
 * halves of a character.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]+/gu;

/** Text from outside as one line of seen characters, cut to so many. */
export function plainLine(text: string, most: number): string {
  return cut(text.replaceAll(UNSEEN, " ").replaceAll(/\s+/g, " ").trim(), most);
}

/** Cuts text to so many UTF-16 units, the last of them an ellipsis, and never in the middle of a character. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, Math.max(0, most - 1)).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** Text for a member that Slack reads as markup: its three control characters as it wants them escaped. */
export function slackText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** A subject of SNS has at most 100 ASCII characters, begins with a letter, a digit or punctuation, and is one line. */
const MAX_SUBJECT = 100;

/** Text as the subject of an e-mail that goes out by SNS. */
export function emailSubject(text: string): string {
  const ascii = plainLine(text, text.length)
    .normalize("NFKD")
    .replaceAll(/[–—]/g, "-")
    .replaceAll(/[^\x20-\x7e]/g, "");
  const subject = ascii.replaceAll(/\s+/g, " ").trim();
  const short = subject.length > MAX_SUBJECT ? `${subject.slice(0, MAX_SUBJECT - 3)}...` : subject;
  return short === "" ? "alarm" : short;
}
