import fc from 'fast-check';
import { notificationOf } from '../../lambdas/notifications/notification.ts';
import { canonical } from '../../lambdas/platform/canonical-json.ts';
import { pack, unpack } from '../../lambdas/reports/views/stored-events.ts';
import { anyText } from '../support/any-text.ts';

const member = fc.oneof(fc.constantFrom('ACTIVE', 'DONE', '', null, 0), fc.jsonValue({ maxDepth: 2 }));
const name = fc.oneof(fc.constantFrom('state', 'status', '__proto__', 'constructor', '1'), anyText(4));
const event = fc
  .record({
    members: fc.array(fc.tuple(name, member)),
    timeStamp: fc.nat(),
    receivedAt: fc.nat(),
    type: fc.constantFrom('INFO', 'INFO', 'ERROR', ''),
  })
  .map(({ members, type, ...times }) =>
    notificationOf('demo', 'JOB', canonical(Object.fromEntries(members)), times, type),
  );

it('I-2 I-11 packing and unpacking keeps every event', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 6 }), (events) => {
      expect(unpack('demo', 'JOB', pack(events))).toEqual(events);
    }),
    { numRuns: 300 },
  );
});
