import fc from 'fast-check';
import { type Interpreted, interpret } from '../../lambdas/notifications/interpret.ts';
import { canonicalJson } from '../../lambdas/platform/canonical-json.ts';
import { busEventsOf } from '../../lambdas/reports/bus-events.ts';
import { notificationText, source } from '../support/notifications.ts';

const sound = (all: readonly Interpreted[]) => {
  for (const one of all) {
    expect(one.eventId).toMatch(/^[A-Za-z0-9_-]{22}$/);
    if (one.kind === 'QUARANTINE') expect(one.reason).toMatch(/^[a-z-]+$/);
    else expect(canonicalJson(JSON.parse(one.content))).toBe(one.content);
    // What the bus hears can be written down.
    expect(() => busEventsOf('demo', one).map((event) => JSON.stringify(event))).not.toThrow();
  }
};

const name = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('夜間', 'a#b/c', '', '\ud800', '__proto__'),
);
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
  it('TRAP-6 never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => sound(interpret(source(text)))),
    );
  });

  it('TRAP-6 never throws, whatever stands where the payload and the time stamp should', () => {
    fc.assert(
      fc.property(value, value, (payload, timeStamp) =>
        sound(interpret(source(notificationText(payload, timeStamp)))),
      ),
    );
  });

  it('I-2 leaves nothing out: each notification is understood or set aside, in its place', () => {
    fc.assert(
      fc.property(fc.array(group, { maxLength: 4 }), (payload) => {
        const all = interpret(source(notificationText(payload)));
        sound(all);
        expect(all).toHaveLength(payload.reduce((sum, { data }) => sum + data.length, 0));
      }),
    );
  });

  it('I-2 sets aside what it set aside as text that still holds it', () => {
    fc.assert(
      fc.property(group, (one) => {
        const text = notificationText([one]);
        const said = interpret(source(text));
        const items = (JSON.parse(text) as { payload: [{ data: unknown[] }] }).payload[0].data;
        for (const [index, each] of said.entries()) {
          if (each.kind !== 'QUARANTINE') continue;
          const holds =
            each.text === text || canonicalJson(JSON.parse(each.text)).includes(canonicalJson(items[index]));
          expect(holds).toBe(true);
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
        const turned = Object.fromEntries(Object.entries(job).reverse());
        const [alone] = interpret(source(notificationText([{ object: 'JOB', data: [job] }])));
        const [, again] = interpret(
          source(notificationText([{ object: 'JOB', data: [null, turned] }], timeStamp, id)),
        );
        fc.pre(alone?.kind === 'JOB');
        expect(again?.eventId).toBe(alone?.eventId);
      }),
    );
  });
});
