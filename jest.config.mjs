// Inherited by the workers and by what they start: the SDK complains on Node.js 20 that later versions of it will want 22.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

// No test uses the profiles of the person who runs it.
process.env.XDG_CONFIG_HOME = new URL('.local/test/config', import.meta.url).pathname;
delete process.env.NBWSS_PROFILE;

/** Shared by all suites. */
export const base = {
  testEnvironment: 'node',
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/.local'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
        swcrc: false,
      },
    ],
  },
};

const project = { ...base, testEnvironment: '<rootDir>/test/support/test-environment.ts' };

/** @type {import('jest').Config} */
export default {
  maxWorkers: 2,
  // For hangs only: no test depends on how fast the machine is.
  testTimeout: 120_000,
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
  ],
};
