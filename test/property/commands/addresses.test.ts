/** Whatever a primary sends as an address, no client takes our key elsewhere. */
import fc from 'fast-check';
import type { Command } from '../../../lambdas/commands/command.ts';
import { keptHeaders } from '../../../lambdas/commands/response-headers.ts';
import { linkHere } from '../../../lambdas/proxy/links/address.ts';
import { readLinks } from '../../../lambdas/proxy/links/links.ts';
import { answerOf } from '../../../lambdas/proxy/response.ts';

const BASES = ['https://api.example.com/v1/groups/demo', 'http://localhost:9080/v1/groups/demo'];
const HOSTS = new Set(['nbu1']);
jest.setTimeout(120_000);

/** What addresses are made of, and what parsers disagree about. */
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
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc.string({ unit: 'binary' }),
);
const base = fc.constantFrom(...BASES);

/** The answer to a call, with this Location. */
const answered = (location: string, base: string, status: number) =>
  answerOf(
    {
      command: { method: 'GET', uri: '/netbackup/a/b?c', commandId: 'id' } as Command,
      answer: { status, headers: keptHeaders({ Location: location }), body: '' },
    },
    undefined,
    { base, hosts: HOSTS },
  );

test('a Location stays on our origin, in the group, or there is none', () => {
  fc.assert(
    fc.property(address, base, fc.constantFrom(200, 201, 202, 302, 307), (text, base, status) => {
      const { location } = answered(text, base, status).headers;
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

test('a link of a body that names the primary, or no host, stays on our origin; any other stays as it is', () => {
  fc.assert(
    fc.property(address, base, (text, base) => {
      const page = `${base}/netbackup/a/b?c`;
      const body = readLinks(JSON.stringify({ links: { next: text } })).leadingTo({ base, hosts: HOSTS });
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

test('what leads here already is led nowhere else', () => {
  fc.assert(
    fc.property(address, (text) => {
      const here = { base: BASES[0] as string, hosts: HOSTS };
      const once = linkHere(text, here);
      fc.pre(once !== text);
      expect(linkHere(once, { ...here, hosts: new Set() })).toBe(once);
    }),
  );
});
