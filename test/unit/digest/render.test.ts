/** The two forms of a mail. */
import * as fc from 'fast-check';
import type { Digest } from '../../../lambdas/digest/digest.ts';
import { asHtml } from '../../../lambdas/digest/render/as-html.ts';
import { asText } from '../../../lambdas/digest/render/as-text.ts';
import { documentOf } from '../../../lambdas/digest/render/document.ts';
import { badDay, HOUR, NOW, OPTIONS, problem, quietDay } from '../../support/digest.ts';

const render = (digest: Digest, more: Partial<typeof OPTIONS> = {}) =>
  documentOf(digest, NOW - 24 * HOUR, { ...OPTIONS, ...more });

test('in English', () => {
  expect(asText(render(badDay()))).toMatchSnapshot();
});

test('in Japanese', () => {
  expect(asText(render(badDay(), { language: 'ja' }))).toMatchSnapshot();
});

test('as HTML', () => {
  expect(
    asHtml(render(quietDay({ problems: { rows: [problem()], total: 1 }, critical: 1 }))),
  ).toMatchSnapshot();
});

test('a day without anything says so', () => {
  expect(render(quietDay()).subject).toBe('NetBackup: all is well (acme)');
  expect(render(quietDay()).sections).toEqual([]);
});

test.each([{ leftOut: 1 }, { incomplete: 1 }, { hasMoreProblems: true }])(
  'a day of which nothing is known to be wrong, but not everything: %j',
  (more) => {
    expect(render(quietDay(more)).subject).toBe('NetBackup: not everything could be read (acme)');
    expect(render(quietDay(more)).notes).toHaveLength(1);
  },
);

test('times and dates are those of the time zone of the digest', () => {
  const disconnected = { rows: [{ groupId: 'munich', since: Date.parse('2026-11-27T23:30:00Z') }], total: 1 };
  const shown = (timeZone: string) =>
    render(quietDay({ disconnected }), { timeZone }).sections[0]?.rows[0]?.[1];
  expect([shown('Europe/Berlin'), shown('America/New_York')]).toEqual(['28 Nov, 00:30', '27 Nov, 18:30']);
});

test('of a thousand problems the first fifty are shown, and how many more there are', () => {
  const rows = Array.from({ length: 1000 }, (_, index) => problem({ groupId: `domain-${index}` }));
  const document = render(quietDay({ problems: { rows, total: 1000 }, critical: 1000 }));
  expect(document.subject).toBe('NetBackup: 1000 open problems, 1000 critical (acme)');
  expect(document.sections[0]?.rows).toHaveLength(50);
  expect(document.sections[0]?.more).toBe('and 950 more');
  expect(asText(document)).toContain('\n- and 950 more\n');
  expect(asHtml(document).length).toBeLessThan(50_000);
});

test('a kind that this version does not know is told with its own sentence', () => {
  const rows = [problem({ kind: 'tape-on-fire', text: 'A tape burns.', measures: [] })];
  const told = render(quietDay({ problems: { rows, total: 1 } }), { language: 'ja' }).sections[0]
    ?.rows[0]?.[2];
  expect(told).toBe('A tape burns.');
});

test('what NetBackup reports can break neither a line, nor the markup, nor the subject', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'a\r\nBcc: x@y.z',
      '</td><script>alert(1)</script>',
      '"onmouseover="x',
      '\u202Egnp.exe',
      '&lt;',
    ),
  );
  fc.assert(
    fc.property(
      text,
      text,
      text,
      fc.constantFrom('en' as const, 'ja' as const),
      (name, policy, told, language) => {
        const rows = [
          problem({ groupId: name, text: told, subject: { clientName: name, policyName: policy } }),
        ];
        const failing = [
          {
            groupId: name,
            failed: 1,
            recovered: 0,
            clients: [{ clientName: name, failed: 1, recovered: 0 }],
          },
        ];
        const digest = quietDay({
          problems: { rows, total: 1 },
          failing: { rows: failing, total: 1 },
          oldest: [{ groupId: name, clientName: name, policyName: policy, isNever: true }],
          disconnected: { rows: [{ groupId: name, since: NOW }], total: 1 },
        });
        const document = render(digest, { language, labels: [`customer=${told}`] });
        const plain = render(quietDay({ ...digest, problems: { rows: [problem()], total: 1 } }), {
          language,
        });
        expect(document.subject).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        // The same lines and the same tags, whatever the names are.
        expect(asText(document).split('\n').length).toBe(asText(plain).split('\n').length);
        const tags = asHtml(document).match(/<[^>]*>/g);
        expect(new Set(tags)).toEqual(new Set(asHtml(plain).match(/<[^>]*>/g)));
        expect(asHtml(document)).not.toMatch(/&(?!(amp|lt|gt|quot|#39);)/);
        expect(asText(document)).not.toMatch(/[\p{Cf}\t\r]/u);
      },
    ),
    { seed: 1, numRuns: 300 },
  );
});
