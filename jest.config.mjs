// Inherited by the workers and by what they start: the SDK complains on Node.js 20 that later versions of it will want 22.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

// Inherited too. Each test file evaluates its modules again: with a larger space for young objects, fewer of them are copied.
process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --max-semi-space-size=64`.trim();

// No test uses the profiles of the person who runs it.
process.env.XDG_CONFIG_HOME = new URL('.local/test/config', import.meta.url).pathname;
delete process.env.NBWSS_PROFILE;

/** How swc transforms sources. */
const transformed = (parser, jsx = {}) => [
  '@swc/jest',
  { jsc: { target: 'es2023', parser, ...jsx }, module: { type: 'commonjs' }, swcrc: false },
];

/** Shared by all suites. */
export const base = {
  testEnvironment: 'node',
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/.local'],
  transform: {
    '^.+\\.ts$': transformed({ syntax: 'typescript' }),
    '^.+\\.tsx$': transformed(
      { syntax: 'typescript', tsx: true },
      { transform: { react: { runtime: 'automatic', importSource: 'preact' } } },
    ),
  },
};

const project = { ...base, testEnvironment: '<rootDir>/test/support/test-environment.ts' };

/** @type {import('jest').Config} */
export default {
  maxWorkers: 2,
  // For hangs only: no test depends on how fast the machine is.
  testTimeout: 600_000,
  projects: [
    {
      ...project,
      displayName: 'rules',
      testMatch: ['<rootDir>/test/unit/**/*.test.ts'],
    },
    // The set-up synthesizes the deployment. Jest runs it only when a test of this project is to run.
    {
      ...project,
      displayName: 'deployment',
      testMatch: ['<rootDir>/test/{infra,property,conformance,integration,security,cli}/**/*.test.ts'],
      globalSetup: '<rootDir>/test/support/global-setup.ts',
      globalTeardown: '<rootDir>/test/support/global-teardown.ts',
    },
    // The set-up looks for a browser too.
    {
      ...project,
      displayName: 'browser',
      testMatch: ['<rootDir>/test/browser/**/*.test.ts'],
      globalSetup: '<rootDir>/test/support/browser/global-setup.ts',
    },
  ],
};
