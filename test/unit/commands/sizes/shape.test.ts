import { shapeOf } from '../../../../lambdas/commands/sizes/shape.ts';

it.each([
  ['/netbackup/admin/jobs', '/netbackup/admin/jobs?', '/netbackup/admin/*?'],
  ['/netbackup/admin/jobs/?page[limit]=5&filter=a+b', '/netbackup/admin/jobs?', '/netbackup/admin/*?'],
  ['/netbackup/ping', '/netbackup/ping?', '/netbackup/ping?'],
  ['/netbackup/admin/jobs/4711', '/netbackup/admin/jobs/*?', '/netbackup/admin/jobs/*?'],
  ['/netbackup/admin/jobs/1/file-lists', '/netbackup/admin/jobs/*/file-lists?', '/netbackup/admin/jobs/*/*?'],
  ['/netbackup/config/policies/Daily', '/netbackup/config/policies/Daily?', '/netbackup/config/policies/*?'],
  [
    '/netbackup/config/policies?sort=name&details=true&since=2024-01-01&page%5Boffset%5D=3',
    '/netbackup/config/policies?details=true&since=*',
    '/netbackup/config/*?details=true&since=*',
  ],
])('the shape of %s', (uri, own, siblings) => {
  expect(shapeOf(uri)).toEqual({ own, siblings });
});

it('is short enough for a key with any uri', () => {
  const { own } = shapeOf(`/netbackup/${'ü'.repeat(2000)}?${'a=b&'.repeat(2000)}`);
  expect(Buffer.byteLength(own)).toBeLessThanOrEqual(1024);
});
