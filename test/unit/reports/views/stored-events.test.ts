import { notificationOf } from '../../../../lambdas/notifications/notification.ts';
import { canonical } from '../../../../lambdas/platform/canonical-json.ts';
import { pack, unpack } from '../../../../lambdas/reports/views/stored-events.ts';

it('what is stored of a job is parsed once, however many events it has', () => {
  const events = ['QUEUED', 'ACTIVE', 'DONE'].map((state, index) =>
    notificationOf('demo', 'JOB', canonical({ state }), { timeStamp: index, receivedAt: index }),
  );
  const text = pack(events);
  const parse = jest.spyOn(JSON, 'parse');
  expect(unpack('demo', 'JOB', text)).toEqual(events);
  expect(parse).toHaveBeenCalledTimes(1);
  parse.mockRestore();
});
