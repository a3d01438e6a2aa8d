// `npm run mutants`: changes the pure rules one operator at a time, and lists the changes that no unit test notices.
import { base } from './jest.config.mjs';

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: [
    'lambdas/commands/{states,lanes,open-order}.ts',
    'lambdas/commands/sizes/statistics.ts',
    'lambdas/groups/takeover.ts',
    'lambdas/reports/views/timeline.ts',
    'lambdas/reports/jobs/job.ts',
    'lambdas/reports/backups/{judge,runs,merge-backups,reused-ids,past-hours}.ts',
    'lambdas/problems/{transitions,mute-rule}.ts',
    'lambdas/protocol/*.ts',
  ],
  testRunner: 'jest',
  jest: {
    projectType: 'custom',
    // In place of the projects of jest.config.mjs, one of which synthesizes the deployment first.
    config: {
      ...base,
      projects: [],
      // The tests beside the rules, so that a mutant takes a second.
      testMatch: [
        '<rootDir>/test/unit/{protocol,groups}/**/*.test.ts',
        '<rootDir>/test/unit/commands/{states,lanes,dispatch}.test.ts',
        '<rootDir>/test/unit/commands/sizes/*.test.ts',
        '<rootDir>/test/unit/reports/{views,jobs,backups,problems}/*.test.ts',
        '<rootDir>/test/unit/problems/*.test.ts',
      ],
    },
  },
  coverageAnalysis: 'perTest',
  plugins: ['@stryker-mutator/jest-runner'],
  reporters: ['clear-text', 'progress'],
  clearTextReporter: { allowColor: false, reportTests: false },
  tempDirName: '.local/mutants',
  // Stryker would rewrite tsconfig.json by an API that TypeScript 7 does not have.
  ignorePatterns: ['.local', 'cdk.out', 'docs', 'bench', 'tsconfig.json'],
  concurrency: 2,
};
