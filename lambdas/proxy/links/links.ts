/** Rewrites links in NetBackup's responses to links to this endpoint (CMD-4). Pure. */
import { type JsonNode, memberOf, readJsonText, replaceSpans, textOf } from '../../platform/json-text.ts';
import { type ProxyAddress, primaryHostOf, rewriteLink } from './address.ts';

interface Link {
  readonly node: JsonNode;
  readonly href: string;
}

/** Relations and addresses of one `links` member: `{self: {href}}`, `{self: "…"}` or `[{rel, href}]`. */
const addressesIn = (body: string, links: JsonNode): [string | undefined, JsonNode][] => {
  if (links.kind === 'object') {
    return links.members.flatMap(([rel, value]) => {
      const address = value.kind === 'string' ? value : memberOf(value, 'href');
      return address?.kind === 'string' ? [[rel, address]] : [];
    });
  }
  if (links.kind !== 'array') return [];
  return links.items.flatMap((item) => {
    const address = memberOf(item, 'href');
    const rel = memberOf(item, 'rel');
    const named = rel?.kind === 'string' ? (JSON.parse(textOf(body, rel)) as string) : undefined;
    return address?.kind === 'string' ? [[named, address]] : [];
  });
};

/** All `links` members, at any depth. */
const allLinks = (root: JsonNode): JsonNode[] => {
  const found: JsonNode[] = [];
  const pending = [root];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.kind === 'array') for (const item of node.items) pending.push(item);
    if (node.kind !== 'object') continue;
    for (const [name, value] of node.members) {
      if (name === 'links') found.push(value);
      pending.push(value);
    }
  }
  return found;
};

/** The relations in which a list or an item links to itself. */
const OWN = ['self', 'first'];

export interface Links {
  /** The host names of absolute links below /netbackup. */
  readonly hosts: readonly string[];
  /** The host names of the links `self` and `first`. */
  readonly ownHosts: readonly string[];
  /** The body with links to the primary rewritten; every other byte stays the same. `uri`: the uri of the call. */
  rewrittenFor(uri: string, address: ProxyAddress): string;
  /** The body with each link replaced by the result of `replace`. */
  withLinks(replace: (href: string) => string): string;
}

/** The links of a body; one that is not JSON has none. */
export const readLinks = (body: string): Links => {
  const root = body.includes('links') || body.includes('\\') ? readJsonText(body) : undefined;
  // By node, so that a node that is found twice is replaced once.
  const links = new Map<JsonNode, Link>();
  const hosts = new Set<string>();
  const ownHosts = new Set<string>();
  for (const [rel, node] of root ? allLinks(root).flatMap((one) => addressesIn(body, one)) : []) {
    const href = JSON.parse(textOf(body, node)) as string;
    links.set(node, { node, href });
    const host = primaryHostOf(href);
    if (host === undefined) continue;
    hosts.add(host);
    if (rel !== undefined && OWN.includes(rel)) ownHosts.add(host);
  }
  const withLinks = (replace: (href: string) => string): string =>
    replaceSpans(
      body,
      [...links.values()].flatMap(({ node, href }) => {
        const replaced = replace(href);
        return replaced === href ? [] : [[node, JSON.stringify(replaced)] as const];
      }),
    );
  return {
    hosts: [...hosts],
    ownHosts: [...ownHosts],
    rewrittenFor: (uri, address) => withLinks((href) => rewriteLink(href, uri, address)),
    withLinks,
  };
};
