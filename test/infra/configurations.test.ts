import { readConfig, SETTINGS } from '../../lib/config.ts';
import { MAXIMAL, MINIMAL, WITH_CANARY } from './configurations.ts';

const defaults: Readonly<Record<string, unknown>> = readConfig({});
const withCanary: Readonly<Record<string, unknown>> = readConfig({ nbwss: WITH_CANARY });
const maximal: Readonly<Record<string, unknown>> = readConfig({ nbwss: MAXIMAL });

test('the maximal configuration with the canary has every setting', () => {
  expect(Object.keys(WITH_CANARY).sort()).toEqual([...SETTINGS].sort());
});

test.each([...SETTINGS])('in the maximal configuration %s differs from the default', (setting) => {
  const configuration = setting === 'canaryMinutes' ? withCanary : maximal;
  expect(configuration[setting]).not.toEqual(defaults[setting]);
});

test('the minimal configuration is valid', () => {
  expect(readConfig({ nbwss: MINIMAL })).toMatchObject({ ...MINIMAL });
});
