/** Links of NetBackup's answers become links to us: who follows one must not leave (CMD-4). Pure. */

import { type JsonNode, memberOf, readJsonText, spliced, textOf } from '../../platform/json-text.ts';
import { type Here, linkHere, primaryHostOf } from './address.ts';

interface Link {
  readonly node: JsonNode;
  readonly href: string;
}

/** What one `links` member holds, `{self: {href}}`, `{self: "…"}` or `[{rel, href}]`: relation and address. */
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
  const waiting = [root];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (node.kind === 'array') for (const item of node.items) waiting.push(item);
    if (node.kind !== 'object') continue;
    for (const [name, value] of node.members) {
      if (name === 'links') found.push(value);
      waiting.push(value);
    }
  }
  return found;
};

/** Where a list or an item says how it is called itself. */
const OWN = ['self', 'first'];

/** The links of a body, once read. */
export interface Links {
  /** The names of hosts that absolute links below /netbackup have. */
  readonly hosts: readonly string[];
  /** Those of them that an answer gives itself: in `self` and `first`. */
  readonly ownHosts: readonly string[];
  /** The body with links to the primary leading here; everything else keeps every byte. */
  leadingTo(here: Here): string;
  /** The body with each link as `replace` has it. */
  replacedBy(replace: (href: string) => string): string;
}

/** What is no JSON has no links. */
export const readLinks = (body: string): Links => {
  const root = body.includes('links') || body.includes('\\') ? readJsonText(body) : undefined;
  // By node: one that is a link in two ways is replaced once.
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
  const replacedBy = (replace: (href: string) => string): string =>
    spliced(
      body,
      [...links.values()].flatMap(({ node, href }) => {
        const replaced = replace(href);
        return replaced === href ? [] : [[node, JSON.stringify(replaced)] as const];
      }),
    );
  return {
    hosts: [...hosts],
    ownHosts: [...ownHosts],
    leadingTo: (here) => replacedBy((href) => linkHere(href, here)),
    replacedBy,
  };
};
