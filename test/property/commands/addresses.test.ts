/** No address of a primary makes a client send its API key to another host. */
import fc from 'fast-check';
import type { Command } from '../../../lambdas/commands/command.ts';
import { storedHeaders } from '../../../lambdas/commands/response-headers.ts';
import { rewriteLink } from '../../../lambdas/proxy/links/address.ts';
import { readLinks } from '../../../lambdas/proxy/links/links.ts';
import { toHttpResponse } from '../../../lambdas/proxy/response.ts';
import { anyPath, anyText, anyUrlPart } from '../../support/any-text.ts';

const BASES = ['https://api.example.com/v1/groups/demo', 'http://localhost:9080/v1/groups/demo'];
const HOSTS = new Set(['nbu1']);
/** Parts of addresses, including those that parsers treat differently. */
const address = fc.oneof(
  fc
    .array(
      fc.constantFrom(
        ...[
          'http',
          'https',
          'ftp',
          ':',
          '/',
          '//',
          '\\',
          '\\\\',
          '@',
          '.',
          '..',
          '?',
          '#',
          '%2f',
          ';',
          ' ',
          '\t',
        ],
        ...['\n', '\0', '\u00a0', '\u3002', 'netbackup', 'nbu1', 'evil.example.com', '[::1]', ':443', 'x'],
      ),
      { maxLength: 10 },
    )
    .map((parts) => parts.join('')),
  fc
    .tuple(fc.constantFrom('http', 'https'), anyPath, anyUrlPart, anyUrlPart)
    .map(([scheme, path, query, hash]) => `${scheme}://host.example${path}?${query}#${hash}`),
  anyText(),
);
const base = fc.constantFrom(...BASES);

/** The HTTP response to a call, with this Location. */
const responseWith = (location: string, base: string, status: number) =>
  toHttpResponse(
    {
      command: { method: 'GET', uri: '/netbackup/a/b?c', commandId: 'id' } as Command,
      response: { status, headers: storedHeaders({ Location: location }), body: '' },
    },
    undefined,
    { base, hosts: HOSTS },
  );

test('a Location stays on our origin, in the group, or is left out', () => {
  fc.assert(
    fc.property(address, base, fc.constantFrom(200, 201, 202, 302, 307), (text, base, status) => {
      const { location } = responseWith(text, base, status).headers;
      if (location === undefined) return;
      for (const from of [`${base}/netbackup/a/b?c`, 'https://elsewhere.example.com/'])
        expect(new URL(location, from).href.startsWith(`${base}/netbackup`)).toBe(true);
      expect(() => new Headers({ location })).not.toThrow();
      const path = new URL(location).pathname
        .replace(/%2e/gi, '.')
        .replace(/%2f|%5c|\\/gi, '/')
        .replace(/%3b/gi, ';');
      expect(path).not.toMatch(/\/\.\.?([/;]|$)/);
    }),
    { numRuns: 1_000 },
  );
});

test('a link of a body that names the primary, or no host, stays on our origin; others are unchanged', () => {
  fc.assert(
    fc.property(address, base, (text, base) => {
      const page = `${base}/netbackup/a/b?c`;
      const body = readLinks(JSON.stringify({ links: { next: text } })).rewrittenFor('/netbackup/a/b?c', {
        base,
        hosts: HOSTS,
      });
      const { next } = (JSON.parse(body) as { links: { next: string } }).links;
      if (next !== text) return expect(new URL(next, page).href.startsWith(`${base}/netbackup`)).toBe(true);
      if (!URL.canParse(next, page)) return;
      const { origin, hostname, pathname, protocol } = new URL(next, page);
      if (origin === new URL(base).origin || !/^https?:$/.test(protocol)) return;
      expect(HOSTS.has(hostname) || /^\/netbackup(\/|$)/.test(pathname)).toBe(false);
    }),
    { numRuns: 1_000 },
  );
});

test('a rewritten link is not changed again', () => {
  fc.assert(
    fc.property(address, (text) => {
      const here = { base: BASES[0] as string, hosts: HOSTS };
      const once = rewriteLink(text, '/netbackup/a/b?c', here);
      fc.pre(once !== text);
      expect(rewriteLink(once, '/netbackup/a/b?c', { ...here, hosts: new Set() })).toBe(once);
    }),
  );
});
