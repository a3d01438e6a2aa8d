import { execFileSync } from 'node:child_process';

const MODULE = new URL('../../../local/cloud-time.mjs', `file://${__filename}`).href;
const HOUR = 3_600_000;

/** In a process of its own, because the module changes `Date`. @returns what the expressions give when the clock is an hour ahead */
function anHourAhead(...expressions: string[]): number[] {
  const program = `
    import { setTime } from '${MODULE}';
    const kept = Date.now;
    setTime(Date.now() + ${HOUR});
    console.log(JSON.stringify([${expressions}]));`;
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }),
  );
}

test('every way to read the time follows the clock of the local cloud, also a function that was kept before', () => {
  const before = Date.now();
  for (const time of anHourAhead('Date.now()', 'kept()', 'new Date().getTime()'))
    expect(time).toBeGreaterThanOrEqual(before + HOUR);
});
