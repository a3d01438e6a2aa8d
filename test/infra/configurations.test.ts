import { readConfig, SETTINGS } from '../../lib/config.ts';
import { MAXIMAL, MINIMAL } from './configurations.ts';

const defaults: Readonly<Record<string, unknown>> = readConfig({});
const maximal: Readonly<Record<string, unknown>> = readConfig({ nbwss: MAXIMAL });

test('the maximal configuration has every setting', () => {
  expect(Object.keys(MAXIMAL).sort()).toEqual([...SETTINGS].sort());
});

test.each([...SETTINGS])('in the maximal configuration %s differs from the default', (setting) => {
  expect(maximal[setting]).not.toEqual(defaults[setting]);
});

test('the minimal configuration is valid', () => {
  expect(readConfig({ nbwss: MINIMAL })).toMatchObject({ ...MINIMAL });
});
