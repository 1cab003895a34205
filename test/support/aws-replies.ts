import type { Reply } from "./receivers/receiver";

/** What becomes XML: lists stand under the name of their items. */
export type Tree = string | readonly Tree[] | { readonly [name: string]: Tree };

const PAGE = 2;

/** A few at a time, so that whoever asks for the first page only misses some. */
export function paged<T, R>(
  all: readonly T[],
  token: unknown,
  answer: (page: readonly T[], next: { nextToken?: string }) => R,
): R {
  const from = Number(token ?? 0);
  const next = from + PAGE;
  return answer(all.slice(from, next), next < all.length ? { nextToken: String(next) } : {});
}

function xmlOf(tree: Tree): string {
  if (typeof tree === "string") return tree.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  if (Array.isArray(tree)) throw new Error("a list stands under the name of its items");
  return Object.entries(tree)
    .map(([name, value]) =>
      (Array.isArray(value) ? (value as readonly Tree[]) : [value])
        .map((one) => `<${name}>${xmlOf(one)}</${name}>`)
        .join(""),
    )
    .join("");
}

const XML = { "content-type": "text/xml" };
const JSON_TYPE = { "content-type": "application/x-amz-json-1.1" };
/** A call's answer in XML. */
export const answered = (call: string, tree: Tree): Reply => ({
  status: 200,
  body: xmlOf({ [`${call}Response`]: tree }),
  headers: XML,
});
/** A refusal in XML. */
export const refused = (Code: string, Message: string): Reply => ({
  status: Code === "AccessDenied" ? 403 : 400,
  // EC2 wraps its errors in another way than the others; either reader finds its own.
  body: xmlOf({ Response: { Error: { Type: "Sender", Code, Message }, Errors: { Error: { Code, Message } } } }),
  headers: XML,
});
/** A refusal in JSON. */
export const failed = (type: string, message: string): Reply => ({
  status: 400,
  body: JSON.stringify({ __type: type, message }),
  headers: JSON_TYPE,
});
/** An answer in JSON, or the name of an error. */
export const json = (body: object | string): Reply =>
  typeof body === "string"
    ? failed(body, "it is not there")
    : { status: 200, body: JSON.stringify(body), headers: JSON_TYPE };
