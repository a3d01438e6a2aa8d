import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DetailsError, parseDetails, readDetailsFile } from '../../../../netbackup/wire/endpoint-details.ts';

const good = { token: 'T', priority: 1, groupId: 'g', hostName: 'h', url: 'wss://h:443/x' };

function refusal(text: string): string {
  try {
    parseDetails(text);
  } catch (error) {
    if (error instanceof DetailsError) return `${error.errId} ${error.message}`;
  }
  return 'taken';
}

describe('endpoint details', () => {
  it('EPT-1: accepts five fields in any order and ignores others', () => {
    expect(
      parseDetails(JSON.stringify({ note: 'x', ...Object.fromEntries(Object.entries(good).reverse()) })),
    ).toEqual(good);
  });

  it.each([
    ['', 'ERR-1 JSON contents not valid: the text is empty'],
    ['{"token": "a" "b"}', 'ERR-1 JSON contents not valid'],
    ['\uFEFF{}', 'ERR-1 JSON contents not valid'],
    [`${JSON.stringify(good).slice(0, -1)},}`, 'ERR-1 JSON contents not valid'],
    [JSON.stringify([good]), 'not one JSON object'],
    [JSON.stringify({ ...good, token: '' }), 'ERR-1 JSON contents not valid: token is empty'],
    [
      JSON.stringify({ ...good, hostName: ' \u3000' }),
      'ERR-1 JSON contents not valid: hostName is empty, blank',
    ],
    [
      JSON.stringify({ ...good, groupId: "it's" }),
      'ERR-1 JSON contents not valid: an apostrophe in groupId (EPT-3)',
    ],
    [JSON.stringify({ ...good, priority: '1' }), 'priority is not a whole number'],
    [
      JSON.stringify({ ...good, url: 'ws://h/x' }),
      'ERR-2 Invalid websocket protocol. Only wss protocol supported',
    ],
    [JSON.stringify({ ...good, url: 'h/x' }), 'ERR-2 不正な URL: h/x'],
  ])('refuses %s', (text, reason) => {
    expect(refusal(text)).toContain(reason);
  });

  it('names the file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'details-'));
    const path = join(folder, 'details.json');
    await expect(readDetailsFile(path)).rejects.toThrow(`${path}: the file does not exist`);
    await writeFile(path, 'x');
    await expect(readDetailsFile(path)).rejects.toThrow(`${path}: JSON contents not valid`);
    await writeFile(path, JSON.stringify(good));
    await expect(readDetailsFile(path)).resolves.toEqual(good);
  });
});
