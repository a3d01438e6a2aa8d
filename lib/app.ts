import { readFileSync } from 'node:fs';
import { App, type AppProps } from 'aws-cdk-lib';
import { BUNDLING_STACKS } from 'aws-cdk-lib/cx-api';
import { accountProps, applyAccountRules, warnOfQuotas } from './account.ts';
import { readConfig } from './config.ts';
import { type Bundles, bundle } from './constructs/bundle.ts';
import { type ConsoleFiles, consoleFiles } from './constructs/console-files.ts';
import { bundleRelay } from './constructs/relay-image.ts';
import { DataStack } from './data-stack.ts';
import { CANARY, CONSOLE, DIGEST_ENTRY, FUNCTIONS, WEBHOOK_ENTRY } from './functions.ts';
import { MonitoringStack } from './monitoring-stack.ts';
import { PROBE_ENTRY, ProbeStack } from './probe-stack.ts';
import { relayOf, relayStackName } from './relay-settings.ts';
import { RelayStack } from './relay-stack.ts';
import { ServiceStack } from './service-stack.ts';

/** The stacks of a deployment. */
export interface Endpoint {
  readonly app: App;
  readonly data: DataStack;
  readonly service: ServiceStack;
  /** Unless API Gateway is the only gateway. */
  readonly relay: RelayStack | undefined;
  readonly monitoring: MonitoringStack;
}

/** The context of cdk.json: its feature flags change the templates. */
function defaultContext(): Record<string, unknown> {
  const file = new URL('../cdk.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { context: Record<string, unknown> }).context;
}

/**
 * The app without its stacks. The CDK command line passes the context of cdk.json and of `-c`. Without it, the file is
 * read here, so that both give the same templates.
 */
export function createApp(props: AppProps = {}): App {
  const context = { ...defaultContext(), ...props.context };
  return new App({ analyticsReporting: false, ...props, context });
}

/**
 * Adds the stacks.
 * @throws {ConfigError} when the configuration is not valid.
 */
export function addStacks(app: App, bundles: Bundles, page: ConsoleFiles = new Map()): Endpoint {
  const config = readConfig(app.node.getAllContext());
  applyAccountRules(app, config);
  const data = new DataStack(app, `${config.stackPrefix}Data`, {
    ...accountProps(config),
    description: 'NBWSS endpoint: tables and event bus',
    terminationProtection: config.terminationProtection,
    config,
  });
  const service = new ServiceStack(app, `${config.stackPrefix}Service`, {
    ...accountProps(config),
    description: 'NBWSS endpoint: gateways and functions',
    config,
    data,
    bundles,
    page,
  });
  warnOfQuotas(service, config);
  const settings = relayOf(config);
  const relay =
    settings &&
    new RelayStack(app, relayStackName(config), {
      ...accountProps(config),
      description: 'NBWSS endpoint: the relay',
      config,
      settings,
      data,
      service,
      bundles,
    });
  const monitoring = new MonitoringStack(app, `${config.stackPrefix}Monitoring`, {
    ...accountProps(config),
    description: 'NBWSS endpoint: alarms',
    config,
    data,
    service,
    relay,
    bundles,
  });
  return { app, data, service, relay, monitoring };
}

/** By the CDK's list of stacks whose assets a command needs: `cdk list` and `cdk destroy` need none. */
const needsBundles = (app: App): boolean =>
  (app.node.tryGetContext(BUNDLING_STACKS) as string[] | undefined)?.length !== 0;

/** The whole deployment, with bundled functions: run by `cdk synth` and `cdk deploy`. */
export async function createEndpoint(): Promise<Endpoint> {
  const app = createApp();
  if (!needsBundles(app)) return addStacks(app, new Map());
  const entries = [...Object.values(FUNCTIONS), CANARY, CONSOLE].map(({ entry }) => entry);
  const relay = relayOf(readConfig(app.node.getAllContext())) ? await bundleRelay() : [];
  const functions = await bundle([...entries, DIGEST_ENTRY, WEBHOOK_ENTRY]);
  return addStacks(app, new Map([...functions, ...relay]), await consoleFiles());
}

/** An app of its own with the probe, so that it is deployed and destroyed without touching a deployment. */
export async function createProbe(): Promise<App> {
  const app = createApp();
  const { stackPrefix } = readConfig(app.node.getAllContext());
  new ProbeStack(app, `${stackPrefix}Probe`, {
    description: 'Fails on purpose, for nbwss verify',
    bundles: needsBundles(app) ? await bundle([PROBE_ENTRY]) : new Map(),
  });
  return app;
}
