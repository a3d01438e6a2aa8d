import fc from 'fast-check';
import { canonicalJson, contentId } from '../../lambdas/platform/canonical-json.ts';
import { pack, unpack } from '../../lambdas/reports/views/stored-events.ts';

const member = fc.oneof(fc.constantFrom('ACTIVE', 'DONE', '', null, 0), fc.jsonValue({ maxDepth: 2 }));
const name = fc.oneof(
  fc.constantFrom('state', 'status', '__proto__', 'constructor', '1'),
  fc.string({ unit: 'binary', maxLength: 4 }),
);
const event = fc
  .record({ members: fc.array(fc.tuple(name, member)), timeStamp: fc.nat(), receivedAt: fc.nat() })
  .map(({ members, ...times }) => {
    const content = canonicalJson(Object.fromEntries(members));
    return { ...times, content, eventId: contentId('demo', 'JOB', content) };
  });

it('I-2 I-11 events come out of storage as they went in, whatever NetBackup sent', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 6 }), (events) => {
      expect(unpack('demo', 'JOB', pack(events))).toEqual(events);
    }),
    { numRuns: 300 },
  );
});
