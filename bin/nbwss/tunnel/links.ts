/** Links that the proxy made lead to the API; a client of the tunnel knows the tunnel only. Pure. */
import {
  type JsonNode,
  memberOf,
  readJsonText,
  spliced,
  textOf,
} from '../../../lambdas/commands/paging/json-text.ts';

export interface LinkBases {
  /** What the API's links begin with: `https://api.example.com/v1/groups/demo`, under each name that it has. */
  readonly from: readonly string[];
  /** What they shall begin with: `https://127.0.0.1:1556`. */
  readonly to: string;
}

/** A link to NetBackup's API through the API, led to the tunnel; any other as it is. */
export const ledBack = (href: string, { from, to }: LinkBases): string => {
  for (const base of from) {
    const rest = href.startsWith(base) ? href.slice(base.length) : '';
    if (/^\/netbackup(?=[/?#]|$)/.test(rest)) return `${to}${rest}`;
  }
  return href;
};

/** The addresses in one `links` member: `{self: {href}}`, `{self: "…"}` or `[{rel, href}]`. */
const addressesOf = (links: JsonNode): JsonNode[] => {
  if (links.kind !== 'object' && links.kind !== 'array') return [];
  const values = links.kind === 'object' ? links.members.map(([, value]) => value) : links.items;
  return values.flatMap((value) => {
    const address = value.kind === 'string' && links.kind === 'object' ? value : memberOf(value, 'href');
    return address?.kind === 'string' ? [address] : [];
  });
};

const allAddresses = (node: JsonNode): JsonNode[] => {
  if (node.kind === 'array') return node.items.flatMap(allAddresses);
  if (node.kind !== 'object') return [];
  return node.members.flatMap(([name, value]) => [
    ...(name === 'links' ? addressesOf(value) : []),
    ...allAddresses(value),
  ]);
};

/** The body with its links led back; every other byte, and what is no JSON, as it was. */
export const linksLedBack = (body: string, bases: LinkBases): string => {
  // Most answers hold no link to us, and need not be read.
  if (!bases.from.some((base) => body.includes(base) || body.includes('\\/'))) return body;
  const root = readJsonText(body);
  if (!root) return body;
  return spliced(
    body,
    allAddresses(root).flatMap((address): [JsonNode, string][] => {
      const href = JSON.parse(textOf(body, address)) as string;
      const led = ledBack(href, bases);
      return led === href ? [] : [[address, JSON.stringify(led)]];
    }),
  );
};
