const SPACE_OR_QUOTE = /[\s"]/;

/**
 * Text with what stands between `://` and `@` in a URL blotted out, whoever put it there. Steps over JSON's escapes as
 * pairs, so that a password with a quote in it goes too and JSON text stays JSON. Looks at each character twice at most:
 * the text may be a megabyte of beginnings of URLs.
 */
export function withoutPasswords(text: string): string {
  let kept = "";
  let done = 0;
  for (let begin = text.indexOf("://"); begin !== -1; begin = text.indexOf("://", Math.max(done, begin + 1))) {
    if (begin === 0 || !/\w/.test(text.charAt(begin - 1))) continue;
    const { end, lastAt } = wordFrom(text, begin + 3);
    if (lastAt !== -1) {
      kept += `${text.slice(done, begin + 3)}***`;
      done = lastAt;
    }
    // Behind the last @ of a word there is nothing to blot out.
    begin = Math.max(begin, end - 1);
  }
  return kept + text.slice(done);
}

/** Where the word that begins here ends, and its last @; −1 where it has none. */
function wordFrom(text: string, from: number): { end: number; lastAt: number } {
  let lastAt = -1;
  let end = from;
  for (; end < text.length; end++) {
    const character = text.charAt(end);
    if (character === "\\" && end + 1 < text.length) end += 1;
    else if (character === "\\" || SPACE_OR_QUOTE.test(character)) break;
    else if (character === "@") lastAt = end;
  }
  return { end, lastAt };
}
