import type { Redis } from "ioredis";

/** Restores what was changed of a dump, unless the stream has changed meanwhile. */
const REPLACE = `
if redis.call("DUMP", KEYS[1]) ~= ARGV[1] then return false end
return redis.call("RESTORE", KEYS[1], 0, ARGV[2], "REPLACE")`;

/** RDB type of a stream from Redis 7.2 on, whose consumers have a second time: when they last got an entry. */
const WITH_ACTIVE_TIME = 21;
const TIME_BYTES = 8;
/** A dump ends in its checksum. */
const CHECKSUM_BYTES = 8;
/** Longer names have a length of two bytes, and may be compressed. */
const MOST_NAME_BYTES = 63;

/**
 * Makes consumers of a stream appear as if they had been idle for so many milliseconds longer. Redis has no command for
 * it, so the stream is dumped, changed and restored. Throws TypeError where stream or
 * name is not there, or the name is too long.
 */
export async function idleLonger(redis: Redis, key: string, consumers: readonly string[], ms: number): Promise<void> {
  for (;;) {
    const dump = (await redis.dumpBuffer(key)) as Buffer | null;
    if (dump === null) throw new TypeError(`there is no stream ${key}`);
    const changed = Buffer.from(dump);
    for (const name of consumers) setBack(changed, name, ms);
    changed.writeBigUInt64LE(checksum(changed.subarray(0, -CHECKSUM_BYTES)), changed.length - CHECKSUM_BYTES);
    if ((await redis.eval(REPLACE, 1, key, dump, changed)) !== null) return;
  }
}

/** The name stands before its times, with its length; in every group that has a consumer of this name. */
function setBack(dump: Buffer, name: string, ms: number): void {
  const bytes = Buffer.from(name);
  if (bytes.length > MOST_NAME_BYTES) throw new TypeError(`the consumer's name ${name} is too long`);
  const named = Buffer.concat([Buffer.from([bytes.length]), bytes]);
  let place = dump.indexOf(named);
  if (place < 0) throw new TypeError(`there is no consumer ${name}`);
  const times = (dump[0] ?? 0) >= WITH_ACTIVE_TIME ? 2 : 1;
  for (; place >= 0; place = dump.indexOf(named, place + 1)) {
    for (let time = 0; time < times; time++) {
      const at = place + named.length + time * TIME_BYTES;
      dump.writeBigInt64LE(dump.readBigInt64LE(at) - BigInt(Math.round(ms)), at);
    }
  }
}

/** The polynomial of Redis's CRC-64, bits reversed. */
const POLYNOMIAL = 0x95ac9329ac4bc9b5n;

const TABLE: readonly bigint[] = Array.from({ length: 256 }, (_, byte) => {
  let crc = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ POLYNOMIAL : crc >> 1n;
  return crc;
});

function checksum(bytes: Uint8Array): bigint {
  let crc = 0n;
  for (const byte of bytes) crc = (TABLE[Number(crc & 0xffn) ^ byte] ?? 0n) ^ (crc >> 8n);
  return crc;
}
