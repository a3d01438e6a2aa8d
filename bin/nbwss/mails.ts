/** Mails that the local cloud accepts are kept as files, which mail programs open. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SesMail } from '../../local/ses.ts';

const MAX_LINE = 76;
/** Base64 in lines, as RFC 2045 requires. */
const encoded = (text: string): string =>
  (
    Buffer.from(text)
      .toString('base64')
      .match(new RegExp(`.{1,${MAX_LINE}}`, 'g')) ?? []
  ).join('\r\n');

/** The bytes of one encoded word: 64 characters encoded, which fit after `Subject: `. */
const MAX_WORD = 39;
/** In encoded words of 75 characters at most (RFC 2047), none of which splits a character. */
const encodedWords = (text: string): string => {
  const words: string[] = [];
  for (const character of text) {
    const last = words.at(-1);
    if (last !== undefined && Buffer.byteLength(last + character) <= MAX_WORD)
      words[words.length - 1] = last + character;
    else words.push(character);
  }
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString('base64')}?=`).join('\r\n ');
};

const part = (type: string, text: string, boundary: string): string =>
  `--${boundary}\r\nContent-Type: ${type}; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${encoded(text)}\r\n`;

/** A message with both parts (RFC 5322, RFC 2046). */
export const messageOf = ({ at, messageId, from, to, subject, text, html }: SesMail): string => {
  const boundary = `part-${messageId}`;
  const headers = [
    `Date: ${new Date(at).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${messageId}@localhost>`,
    `From: ${from}`,
    `To: ${to.join(',\r\n ')}`,
    `Subject: ${encodedWords(subject)}`,
    'MIME-Version: 1.0',
    `Content-Type: multipart/alternative;\r\n boundary="${boundary}"`,
  ];
  const parts = [part('text/plain', text, boundary), part('text/html', html, boundary)];
  return `${headers.join('\r\n')}\r\n\r\n${parts.join('')}--${boundary}--\r\n`;
};

/** @returns the path of the file */
export const keepMail = async (folder: string, mail: SesMail): Promise<string> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const time = new Date(mail.at).toISOString().slice(0, 19).replaceAll(':', '-');
  const file = join(folder, `${time}-${mail.messageId.slice(0, 8)}.eml`);
  await writeFile(file, messageOf(mail), { mode: 0o600 });
  return file;
};
