import fc from 'fast-check';
import type { Interpretation } from '../../lambdas/notifications/notification.ts';
import { canonicalJson } from '../../lambdas/platform/canonical-json.ts';
import { anyText } from '../support/any-text.ts';
import { eventsOf, interpretText, notificationText } from '../support/notifications.ts';

const expectValid = (all: readonly Interpretation[]) => {
  for (const one of all) {
    expect(one.eventId).toMatch(/^[A-Za-z0-9_-]{22}$/);
    if (one.kind === 'QUARANTINE') expect(one.reason).toMatch(/^[a-z-]+$/);
    else expect(canonicalJson(one.content)).toBe(one.text);
    // The events can be serialized.
    expect(() => eventsOf(one).map((event) => JSON.stringify(event))).not.toThrow();
  }
};

const name = fc.oneof(anyText(8), fc.constantFrom('夜間', 'a#b/c', '', '\ud800', '__proto__'));
const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(2 ** 53, -(2 ** 53), 1e300, -0, 146));
const value = fc.oneof(name, number, fc.constantFrom(null, true, [], {}), fc.jsonValue({ maxDepth: 3 }));
const item = fc.oneof(
  value,
  fc.record(
    { jobId: fc.oneof(number, name, fc.constant('146')), state: fc.oneof(name, fc.constant('DONE')) },
    { requiredKeys: [] },
  ),
  fc.record({ backupId: name, operationId: name, more: value }, { requiredKeys: [] }),
);
const group = fc.record({
  notificationType: name,
  object: fc.constantFrom('JOB', 'IMAGE', 'POLICY', '__proto__'),
  data: fc.array(item, { maxLength: 5 }),
});

describe('interpret', () => {
  it('TRAP-6 never throws for any text', () => {
    fc.assert(fc.property(anyText(60), (text) => expectValid(interpretText(text))));
  });

  it('TRAP-6 never throws for any payload and time stamp', () => {
    fc.assert(
      fc.property(value, value, (payload, timeStamp) =>
        expectValid(interpretText(notificationText(payload, timeStamp))),
      ),
    );
  });

  it('I-2 leaves nothing out: each notification is interpreted or quarantined, in order', () => {
    fc.assert(
      fc.property(fc.array(group, { maxLength: 4 }), (payload) => {
        const all = interpretText(notificationText(payload));
        expectValid(all);
        expect(all).toHaveLength(payload.reduce((sum, { data }) => sum + data.length, 0));
      }),
    );
  });

  it('I-2 a quarantined text contains the whole item', () => {
    fc.assert(
      fc.property(group, (one) => {
        const text = notificationText([one]);
        const all = interpretText(text);
        const items = (JSON.parse(text) as { payload: [{ data: unknown[] }] }).payload[0].data;
        for (const [index, each] of all.entries()) {
          if (each.kind !== 'QUARANTINE') continue;
          const isContained =
            each.text === text || canonicalJson(JSON.parse(each.text)).includes(canonicalJson(items[index]));
          expect(isContained).toBe(true);
        }
      }),
    );
  });

  it('NOT-4 gives an eventId that depends on neither id, stamp, batch nor order of members', () => {
    const member = fc.record({
      jobId: fc.nat(),
      state: fc.constantFrom('ACTIVE', 'DONE'),
      status: fc.nat(200),
      more: fc.jsonValue({ maxDepth: 2 }),
    });
    fc.assert(
      fc.property(member, fc.nat(), fc.uuid(), (job, timeStamp, id) => {
        const reversed = Object.fromEntries(Object.entries(job).reverse());
        const [alone] = interpretText(notificationText([{ object: 'JOB', data: [job] }]));
        const [, again] = interpretText(
          notificationText([{ object: 'JOB', data: [null, reversed] }], timeStamp, id),
        );
        fc.pre(alone?.kind === 'JOB');
        expect(again?.eventId).toBe(alone?.eventId);
      }),
    );
  });
});
