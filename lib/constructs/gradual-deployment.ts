import { Validations } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaApplication, LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';

export interface GradualDeploymentProps {
  readonly speed: Exclude<Config['gradualDeployment'], 'off'>;
  readonly aliases: Readonly<Record<string, Alias>>;
  /** While this alarm is on, a deployment is stopped and undone. */
  readonly alarm: IAlarm;
}

/**
 * Moves each function's alias to its new version step by step. CloudFormation waits for it; an alarm fails its update, which
 * restores the previous versions.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-updatepolicy.html
 */
export class GradualDeployment extends Construct {
  constructor(scope: Construct, id: string, { speed, aliases, alarm }: GradualDeploymentProps) {
    super(scope, id);
    const application = new LambdaApplication(this, 'Application');
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('codedeploy.amazonaws.com'),
      description: 'CodeDeploy: moves the aliases of the functions',
      managedPolicies: [
        ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSCodeDeployRoleForLambdaLimited'),
      ],
    });
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]',
      reason: 'AWS maintains what CodeDeploy needs for functions, and CodeDeploy alone can assume the role.',
    });
    const deploymentConfig = LambdaDeploymentConfig.fromLambdaDeploymentConfigName(
      this,
      'Speed',
      `CodeDeployDefault.Lambda${speed}`,
    );
    for (const [name, alias] of Object.entries(aliases))
      new LambdaDeploymentGroup(this, name, {
        application,
        alias,
        deploymentConfig,
        role,
        alarms: [alarm],
        autoRollback: { failedDeployment: true, stoppedDeployment: true, deploymentInAlarm: true },
      });
  }
}
