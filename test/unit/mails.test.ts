import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepMail, messageOf } from '../../bin/nbwss/mails.ts';

const mail = {
  at: Date.parse('2026-11-28T06:30:00Z'),
  messageId: '0f8fad5b-d9cb-469f-a165-70867728950e',
  from: 'backup@example.com',
  to: ['ops@example.com', 'boss@example.com'],
  subject: `NetBackup: 未解決の問題 2 件${'、うち重大 1 件'.repeat(5)}（acme）`,
  text: 'Zürich\n'.repeat(30),
  html: '<p>Zürich</p>',
};
/** What a mail program makes of encoded words. */
const decoded = (header: string): string =>
  header
    .replace(/\?=\r\n =\?UTF-8\?B\?/g, '?==?UTF-8?B?')
    .replace(/=\?UTF-8\?B\?([^?]*)\?=/g, (_, word) => Buffer.from(word, 'base64').toString());

test('a message has both forms, and lines that every mail program accepts', () => {
  const message = messageOf(mail);
  const [head = '', ...parts] = message.split(/\r\n--part-[^\r]*\r\n|\r\n\r\n--part-[^\r]*\r\n/);
  expect(head).toContain('Date: Sat, 28 Nov 2026 06:30:00 +0000\r\n');
  expect(head).toContain('To: ops@example.com,\r\n boss@example.com\r\n');
  expect(decoded(head)).toContain(`Subject: ${mail.subject}\r\n`);
  const bodies = parts.flatMap((one) => {
    const [, body] = one.split('\r\n\r\n');
    return body === undefined ? [] : [Buffer.from(body, 'base64').toString()];
  });
  expect(bodies).toEqual([mail.text, mail.html]);
  for (const line of message.split('\r\n')) expect(line.length).toBeLessThanOrEqual(78);
});

test('it is kept in a file of its own, which only its owner can read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nbwss-mails-'));
  const file = await keepMail(join(folder, 'mails'), mail);
  expect(file).toBe(join(folder, 'mails', '2026-11-28T06-30-00-0f8fad5b.eml'));
  expect(await readFile(file, 'utf8')).toBe(messageOf(mail));
  await rm(folder, { recursive: true });
});
