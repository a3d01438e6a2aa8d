import {
  ApiMapping,
  DomainName,
  type IApiRef,
  IpAddressType,
  type IStage,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { AaaaRecord, ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import type { DomainSettings } from '../domain-settings.ts';
import { omitUndefined } from '../omit-undefined.ts';

export interface CustomDomainProps {
  readonly settings: DomainSettings;
  readonly api: IApiRef;
  readonly stage: IStage;
  /** The first part of the path that leads to the stage; without it, every path does. */
  readonly path?: string;
}

/** A custom host name for the stage of an API. */
export class CustomDomain extends Construct {
  /** The host name to which DNS must lead. */
  readonly target: string;

  constructor(scope: Construct, id: string, { settings, api, stage, path }: CustomDomainProps) {
    super(scope, id);
    const { name, certificateArn, hostedZoneId, zoneName } = settings;
    const domainName = new DomainName(this, 'Name', {
      domainName: name,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      securityPolicy: SecurityPolicy.TLS_1_2,
      ipAddressType: IpAddressType.DUAL_STACK,
    });
    this.target = domainName.regionalDomainName;
    new ApiMapping(this, 'Mapping', {
      api,
      stage,
      domainName,
      ...omitUndefined({ apiMappingKey: path }),
    });
    if (hostedZoneId === undefined || zoneName === undefined) return;
    const zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId, zoneName });
    const alias = new ApiGatewayv2DomainProperties(
      domainName.regionalDomainName,
      domainName.regionalHostedZoneId,
    );
    const record = { zone, recordName: name, target: RecordTarget.fromAlias(alias) };
    new ARecord(this, 'Ipv4', record);
    new AaaaRecord(this, 'Ipv6', record);
  }
}
