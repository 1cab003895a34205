const TIME = /^(?:(\d{1,4})h)?(?:(\d{1,6})m)?(?:(\d{1,7})s)?$/;

/** Seconds of a time such as `1m30s`, as promtool writes it; undefined for what is none. */
export function secondsOf(text: string): number | undefined {
  const [whole, hours = "0", minutes = "0", seconds = "0"] = TIME.exec(text) ?? [];
  return whole ? Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) : undefined;
}

/** Seconds as such a time. */
export function timeText(seconds: number): string {
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor((seconds % 3600) / 60), "m"],
    [seconds % 60, "s"],
  ];
  const told = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count}${unit}`);
  return told.length === 0 ? "0s" : told.join("");
}
