/** Links of NetBackup's answers become links to us: who follows one must not leave (CMD-4). Pure. */
import { type JsonNode, memberOf, readJsonText, spliced, textOf } from './json-text.ts';

/**
 * A link to the primary, absolute (short host names, other ports) or relative, with or without `/netbackup`.
 * @param base what stands before `/netbackup/…` here: `https://host/v1/groups/demo`
 */
export const rewriteLink = (href: string, base: string): string => {
  const absolute = /^(?:https?:)?\/\/[^/?#]*(.*)$/is.exec(href);
  const path = absolute ? absolute[1] || '/' : href;
  if (!path.startsWith('/')) return href;
  return /^\/netbackup(?=[/?#]|$)/.test(path) ? `${base}${path}` : `${base}/netbackup${path}`;
};

/** The addresses in one `links` member: `{self: {href}}`, `{self: "…"}` or `[{rel, href}]`. */
const addressesOf = (links: JsonNode): JsonNode[] => {
  const values =
    links.kind === 'object'
      ? links.members.map(([, value]) => value)
      : links.kind === 'array'
        ? links.items
        : [];
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

/** The body with the links in all its `links` members rewritten; everything else, and what is no JSON, as it was. */
export const rewriteLinks = (body: string, base: string): string => {
  const root = readJsonText(body);
  if (!root) return body;
  return spliced(
    body,
    allAddresses(root).map((address) => {
      const href = JSON.parse(textOf(body, address)) as string;
      return [address, JSON.stringify(rewriteLink(href, base))];
    }),
  );
};
