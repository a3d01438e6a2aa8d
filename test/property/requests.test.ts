import { z } from '@hono/zod-openapi';
import fc from 'fast-check';
import { mayReturnCredential } from '../../lambdas/commands/credential-paths.ts';
import { derivedCommandId } from '../../lambdas/commands/idempotency.ts';
import { injectRules, mayInject } from '../../lambdas/commands/inject-paths.ts';
import { readResponse } from '../../lambdas/commands/receive-response.ts';
import { checkHeaders } from '../../lambdas/commands/request.ts';
import { checkUri } from '../../lambdas/commands/uri.ts';
import { cursors } from '../../lambdas/http/cursors.ts';
import { HttpProblem } from '../../lambdas/platform/errors.ts';
import { isMessageId } from '../../lambdas/platform/ids.ts';
import { anyText } from '../support/any-text.ts';

const accepted = (check: () => unknown): boolean => {
  try {
    check();
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(HttpProblem);
    return false;
  }
};

/** Escapes characters of a text, some of them more than once. */
const escaped = (text: string, depths: readonly number[]): string =>
  [...text]
    .map((character, index) => {
      let result = character;
      for (let depth = depths[index % depths.length] ?? 0; depth > 0; depth--) {
        result = result.replace(
          /^[\s\S]/,
          (first) => `%${first.charCodeAt(0).toString(16).padStart(2, '0')}`,
        );
      }
      return result;
    })
    .join('');
const depths = fc.array(fc.nat(3), { minLength: 1, maxLength: 9 });
const path = fc
  .array(fc.constantFrom('..', '.', '/', '\\', ';', 'a', '@', '\r', '\n', '\0', '?', '#'), { maxLength: 8 })
  .map((parts) => parts.join(''));

describe('checkUri', () => {
  it('accepts only paths below /netbackup/ on that host, however they are escaped', () => {
    fc.assert(
      fc.property(path, depths, (tail, how) => {
        const uri = `/netbackup/${escaped(tail, how)}`;
        if (!accepted(() => checkUri(uri))) return;
        let decoded = uri.split('?', 1)[0] ?? '';
        for (let round = 0; round < 8; round++)
          decoded = decodeURIComponent(decoded.replace(/%(?![0-9a-f]{2})/gi, '%25'));
        const segments = decoded.split(/[/\\]/).map((segment) => segment.replace(/;.*$/, ''));
        expect(segments).not.toContain('..');
        expect(segments).not.toContain('.');
        expect(decoded).not.toMatch(/[\r\n\0]/);
        expect(new URL(uri, 'https://primary').host).toBe('primary');
        expect(new URL(uri, 'https://primary').pathname).toMatch(/^\/netbackup\//);
      }),
      { numRuns: 500 },
    );
  });

  it('allows no login or key with the group’s own credential, however it is escaped', () => {
    const rules = injectRules('default,/admin,/config');
    const part = fc.constantFrom(
      ...['/', '//', ';', '?', '#', ' ', '\\', 'a', 'admin', 'config', 'jobs'],
      ...['security', 'LOGIN', 'wssendpoints', 'access-control', 'api-keys', 'authtokens'],
    );
    const inner = fc.array(part, { maxLength: 6 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.constantFrom('', 'admin/', 'config/'), inner, depths, (start, tail, how) => {
        const uri = `/netbackup/${start}${escaped(tail, how)}`;
        if (!accepted(() => checkUri(uri)) || !mayInject(rules, 'GET', uri)) return;
        let decoded = uri.split('?', 1)[0] ?? '';
        for (let round = 0; round < 5; round++) {
          const segments = decoded
            .replace(/;[^/\\]*/g, '')
            .split(/[/\\?#]/)
            .map((text) => text.trim().toLowerCase());
          const names = segments.filter(Boolean);
          expect(names[1]).toMatch(/^(admin|config)$/);
          for (const name of names) expect(name).not.toMatch(/wssendpoints|access-control|api-keys|token/);
          decoded = decodeURIComponent(decoded.replace(/%(?![0-9a-f]{2})/gi, '%25'));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('accepts or refuses every text', () => {
    fc.assert(fc.property(anyText(), (uri) => void accepted(() => checkUri(uri))));
  });

  it('I-6 finds a login, however it is escaped', () => {
    fc.assert(
      fc.property(depths, (how) => {
        const uri = `/netbackup/${escaped('login', how)}`;
        if (accepted(() => checkUri(uri))) expect(mayReturnCredential(uri)).toBe(true);
      }),
    );
  });
});

it('checkHeaders accepts only valid header lines', () => {
  const text = fc.oneof(anyText(6), fc.constantFrom('X-A', 'a\r\nB: c', 'é'));
  fc.assert(
    fc.property(fc.dictionary(text, text), (headers) => {
      if (!accepted(() => checkHeaders(headers))) return;
      for (const [name, value] of Object.entries(headers))
        expect(`${name}: ${value}`).toMatch(/^[!-9;-~]+: [\t -~]*$/);
      expect(() => new Headers(headers)).not.toThrow();
    }),
  );
});

it('I-13 derivedCommandId keeps groups, callers and keys apart', () => {
  const text = fc.constantFrom('', 'a', 'b', 'ab', '"', '","');
  const three = fc.tuple(text, text, fc.oneof(text, fc.string()));
  fc.assert(
    fc.property(three, three, (left, right) => {
      expect(isMessageId(derivedCommandId(...left))).toBe(true);
      const same = left.every((part, index) => part === right[index]);
      expect(derivedCommandId(...left) === derivedCommandId(...right)).toBe(same);
    }),
  );
});

it('CMD-4 readResponse never throws, and what it reads can be stored and sent on', () => {
  const answer = fc.record(
    {
      responseCode: fc.oneof(fc.integer(), fc.jsonValue()),
      headers: fc.oneof(
        fc.jsonValue(),
        fc.dictionary(
          fc.constantFrom('etag', 'Location'),
          fc.oneof(fc.jsonValue(), fc.constant({ toString: 1 })),
        ),
      ),
      body: fc.oneof(fc.jsonValue(), anyText()),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(answer, fc.jsonValue()), (payload) => {
      const read = readResponse(payload, JSON.stringify({ payload }));
      if ('reason' in read) return expect(read.reason).toMatch(/^the response had no/);
      expect(Object.values(read.response.headers).every((value) => typeof value === 'string')).toBe(true);
      expect(read.response.body.isWellFormed()).toBe(true);
    }),
  );
});

describe('cursors', () => {
  const list = (...name: string[]) => cursors(['jobs', ...name], { groupId: 'demo' }, { jobId: z.int() });
  it('decode to their key, and only in their own list', () => {
    const names = fc.array(fc.string(), { maxLength: 3 });
    fc.assert(
      fc.property(names, names, fc.maxSafeInteger(), (mine, other, jobId) => {
        const cursor = list(...mine).page([], { groupId: 'demo', jobId }).cursor;
        expect(list(...mine).decode(cursor)).toEqual({ groupId: 'demo', jobId });
        const same = JSON.stringify(mine) === JSON.stringify(other);
        expect(accepted(() => list(...other).decode(cursor))).toBe(same);
      }),
    );
  });
  it('that a caller has made up give a key of this group, or a refusal', () => {
    const [name] = JSON.parse(
      Buffer.from(list().page([], { jobId: 1 }).cursor ?? '', 'base64url').toString(),
    ) as [string];
    const own = fc
      .oneof(
        fc.jsonValue(),
        fc.record({ jobId: fc.oneof(fc.integer(), fc.jsonValue()), groupId: fc.string() }),
      )
      .map((value) => JSON.stringify([name, value]));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          own.map((value) => Buffer.from(value).toString('base64url')),
        ),
        (cursor) => {
          let key: unknown;
          if (accepted(() => (key = list().decode(cursor))))
            expect(key).toEqual({ groupId: 'demo', jobId: expect.any(Number) });
        },
      ),
    );
  });
});
