import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { RelayMetric } from './alarm-fact.ts';
import { unauthenticatedConcurrency } from './concurrency.ts';
import { type Config, metricsNamespace } from './config.ts';
import type { Bundles } from './constructs/bundle.ts';
import { RelayBalancer } from './constructs/relay-balancer.ts';
import { relayImage } from './constructs/relay-image.ts';
import { RelayManagement } from './constructs/relay-management.ts';
import { RelayNetwork } from './constructs/relay-network.ts';
import { RELAY_PORTS } from './constructs/relay-ports.ts';
import { RelayService } from './constructs/relay-service.ts';
import { RelayTask } from './constructs/relay-task.ts';
import { secretArns } from './constructs/service-function.ts';
import type { DataStack } from './data-stack.ts';
import { relayMetric } from './metrics.ts';
import { omitUndefined } from './omit-undefined.ts';
import { type RelaySettings, relayWebSocketUrl } from './relay-settings.ts';
import { ROUTE_HANDLERS, ROUTES } from './routes.ts';
import type { ServiceStack } from './service-stack.ts';

export interface RelayStackProps extends StackProps {
  readonly config: Config;
  readonly settings: RelaySettings;
  readonly data: DataStack;
  readonly service: ServiceStack;
  readonly bundles: Bundles;
}

/** The relay: a container that NetBackup connects to instead of API Gateway, for the same functions. */
export class RelayStack extends Stack {
  readonly balancer: RelayBalancer;
  readonly service: RelayService;

  constructor(scope: Construct, id: string, props: RelayStackProps) {
    super(scope, id, props);
    // With an export, the service stack could not drop the relay's API before this stack is deleted.
    this.node.setContext('@aws-cdk/core:defaultCrossStackReferences', 'weak');
    const { config, settings, data, service } = props;
    const { relayApi } = service;
    if (!relayApi) throw new Error('The service stack has no API for the relay.');
    const log = {
      retention: config.logRetentionDays,
      ...omitUndefined({ encryptionKey: data.customerKey }),
    };
    const network = new RelayNetwork(this, 'Network', { settings, allowedCidrs: config.allowedCidrs });
    this.balancer = new RelayBalancer(this, 'Balancer', { settings, network });
    const task = new RelayTask(this, 'Task', {
      settings,
      image: relayImage(this, 'Image', props.bundles),
      environment: this.#environment(props),
      grants: this.#grants(props),
      log,
    });
    this.service = new RelayService(this, 'Service', {
      settings,
      network,
      balancer: this.balancer,
      task,
      connections: relayMetric(config, 'Connections'),
    });
    new RelayManagement(this, 'Management', {
      api: relayApi.api,
      network,
      discovery: this.service.discovery,
      throttling: config.webSocketThrottling,
      detailedMetrics: config.detailedMetrics,
      log,
    });
    this.#outputs(props);
  }

  /** A metric of the healthy tasks behind the balancer, or of the tasks' memory in %. */
  metric(name: RelayMetric, options: MetricOptions): Metric {
    return name === 'HealthyHostCount'
      ? this.balancer.healthyTasks(options)
      : this.service.service.metricMemoryUtilization(options);
  }

  #environment({ config, settings, service }: RelayStackProps): Record<string, string> {
    const atOnce = unauthenticatedConcurrency(config, settings.tasks.max);
    const routes = ROUTES.map(({ routeKey, handler, twoWay, unauthenticated }) => ({
      routeKey,
      functionArn: service.handlers[handler].functionArn,
      twoWay,
      ...(unauthenticated && { atOnce }),
    }));
    const { secret, acm } = settings.certificate;
    return {
      RELAY_ROUTES: this.toJsonString(routes),
      AWS_REGION: this.region,
      RELAY_STAGE: config.stageName,
      RELAY_PORT: String(RELAY_PORTS.webSocket),
      RELAY_MANAGEMENT_PORT: String(RELAY_PORTS.management),
      RELAY_TLS: secret ? `secret:${secret}` : acm ? `acm:${acm}` : 'off',
      RELAY_DRAIN_SECONDS: String(settings.drainSeconds),
      LOG_LEVEL: config.logLevel,
      POWERTOOLS_METRICS_NAMESPACE: metricsNamespace(config),
    };
  }

  /** The permissions to invoke the functions of messages, and to read its certificate: nothing else. */
  #grants({ settings, service }: RelayStackProps): PolicyStatement[] {
    const { secret, acm } = settings.certificate;
    const invoked = ROUTE_HANDLERS.map((name) => service.handlers[name].functionArn);
    return [
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: invoked }),
      ...(secret
        ? [
            new PolicyStatement({
              actions: ['secretsmanager:GetSecretValue'],
              resources: secretArns(this, secret),
            }),
          ]
        : []),
      ...(acm ? [new PolicyStatement({ actions: ['acm:ExportCertificate'], resources: [acm] })] : []),
    ];
  }

  #outputs({ config, settings }: RelayStackProps): void {
    new CfnOutput(this, 'RelayUrl', {
      value: relayWebSocketUrl(settings, config.stageName),
      description: 'The URL that NetBackup connects to through the relay, as in the endpoint details',
    });
    new CfnOutput(this, 'RelayTarget', {
      value: this.balancer.balancer.loadBalancerDnsName,
      description: 'The host name to which DNS must lead for the host name of the relay (CNAME)',
    });
    if (settings.allocationIds.length === 0) return;
    new CfnOutput(this, 'RelayAddresses', {
      value: `aws ec2 describe-addresses --allocation-ids ${settings.allocationIds.join(' ')} --query Addresses[].PublicIp`,
      description: 'Shows the fixed addresses of the relay',
    });
  }
}
