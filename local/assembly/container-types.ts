/** Containers, load balancers and networks: the supported properties, and attributes, in the form of `catalogue.ts`. */

/**
 * A single machine has no networks: settings on who reaches whom have no effect. Neither have scaling policies, whose metrics
 * nothing measures here.
 */
export const containerProperties: Readonly<Record<string, string>> = {
  'AWS::ApiGatewayV2::VpcLink': 'Name SecurityGroupIds SubnetIds',
  'AWS::ApplicationAutoScaling::ScalableTarget':
    'MaxCapacity MinCapacity ResourceId RoleARN ScalableDimension ServiceNamespace',
  'AWS::ApplicationAutoScaling::ScalingPolicy': `PolicyName PolicyType ScalingTargetId ScalableDimension
    ServiceNamespace ResourceId TargetTrackingScalingPolicyConfiguration.CustomizedMetricSpecification
    TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification
    TargetTrackingScalingPolicyConfiguration.DisableScaleIn
    TargetTrackingScalingPolicyConfiguration.ScaleInCooldown
    TargetTrackingScalingPolicyConfiguration.ScaleOutCooldown TargetTrackingScalingPolicyConfiguration.TargetValue`,
  'AWS::EC2::EIP': 'Domain',
  'AWS::EC2::InternetGateway': '',
  'AWS::EC2::Route': 'DestinationCidrBlock DestinationIpv6CidrBlock GatewayId RouteTableId',
  'AWS::EC2::RouteTable': 'VpcId',
  'AWS::EC2::SecurityGroup': `GroupDescription GroupName VpcId SecurityGroupEgress.CidrIp SecurityGroupEgress.CidrIpv6
    SecurityGroupEgress.FromPort SecurityGroupEgress.IpProtocol SecurityGroupEgress.ToPort
    SecurityGroupEgress.Description SecurityGroupIngress.CidrIp SecurityGroupIngress.CidrIpv6
    SecurityGroupIngress.FromPort SecurityGroupIngress.IpProtocol SecurityGroupIngress.ToPort
    SecurityGroupIngress.Description SecurityGroupIngress.SourceSecurityGroupId`,
  'AWS::EC2::SecurityGroupEgress': `CidrIp CidrIpv6 DestinationSecurityGroupId FromPort GroupId IpProtocol ToPort`,
  'AWS::EC2::SecurityGroupIngress': `CidrIp CidrIpv6 FromPort GroupId IpProtocol SourceSecurityGroupId ToPort`,
  'AWS::EC2::Subnet': 'AvailabilityZone CidrBlock MapPublicIpOnLaunch VpcId',
  'AWS::EC2::SubnetRouteTableAssociation': 'RouteTableId SubnetId',
  'AWS::EC2::VPC': 'CidrBlock EnableDnsHostnames EnableDnsSupport InstanceTenancy',
  'AWS::EC2::VPCGatewayAttachment': 'InternetGatewayId VpcId',
  'AWS::ECS::Cluster': 'ClusterName ClusterSettings',
  // How a deployment continues after a failure has no effect: there is only the first one.
  'AWS::ECS::Service': `AvailabilityZoneRebalancing Cluster DeploymentConfiguration.DeploymentCircuitBreaker
    DeploymentConfiguration.MaximumPercent DeploymentConfiguration.MinimumHealthyPercent
    DeploymentController.Type DesiredCount EnableECSManagedTags EnableExecuteCommand HealthCheckGracePeriodSeconds
    LaunchType LoadBalancers.ContainerName LoadBalancers.ContainerPort LoadBalancers.TargetGroupArn
    NetworkConfiguration.AwsvpcConfiguration PlatformVersion PropagateTags ServiceName
    ServiceRegistries.ContainerName ServiceRegistries.ContainerPort ServiceRegistries.Port
    ServiceRegistries.RegistryArn TaskDefinition`,
  // A container is a process of this machine, so that its file system, user and limits are without effect.
  'AWS::ECS::TaskDefinition': `ContainerDefinitions.Command ContainerDefinitions.EntryPoint
    ContainerDefinitions.Environment ContainerDefinitions.Essential ContainerDefinitions.Image
    ContainerDefinitions.LinuxParameters ContainerDefinitions.LogConfiguration ContainerDefinitions.Name
    ContainerDefinitions.PortMappings ContainerDefinitions.ReadonlyRootFilesystem ContainerDefinitions.StopTimeout
    ContainerDefinitions.Ulimits ContainerDefinitions.User Cpu ExecutionRoleArn Family Memory NetworkMode
    RequiresCompatibilities RuntimePlatform.CpuArchitecture RuntimePlatform.OperatingSystemFamily TaskRoleArn`,
  'AWS::ElasticLoadBalancingV2::Listener': `Certificates.CertificateArn DefaultActions.TargetGroupArn
    DefaultActions.Type DefaultActions.ForwardConfig ListenerAttributes.Key ListenerAttributes.Value LoadBalancerArn
    Port Protocol SslPolicy`,
  'AWS::ElasticLoadBalancingV2::LoadBalancer': `LoadBalancerAttributes.Key LoadBalancerAttributes.Value Name Scheme
    SecurityGroups SubnetMappings.AllocationId SubnetMappings.SubnetId Subnets Type
    EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic`,
  'AWS::ElasticLoadBalancingV2::TargetGroup': `HealthCheckEnabled HealthCheckIntervalSeconds HealthCheckPath
    HealthCheckPort HealthCheckProtocol HealthCheckTimeoutSeconds HealthyThresholdCount Matcher.HttpCode Name Port
    Protocol TargetGroupAttributes.Key TargetGroupAttributes.Value TargetType UnhealthyThresholdCount VpcId`,
  'AWS::ServiceDiscovery::HttpNamespace': 'Name',
  'AWS::ServiceDiscovery::PrivateDnsNamespace': 'Name Vpc',
  'AWS::ServiceDiscovery::Service': `DnsConfig.DnsRecords DnsConfig.NamespaceId DnsConfig.RoutingPolicy
    HealthCheckCustomConfig.FailureThreshold Name NamespaceId Type`,
};

/** Like `nameProperties` of the catalogue. */
export const containerNames: Readonly<Record<string, string>> = {
  'AWS::ECS::TaskDefinition': 'Family',
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'Name',
  'AWS::ElasticLoadBalancingV2::TargetGroup': 'Name',
  'AWS::ServiceDiscovery::HttpNamespace': 'Name',
  'AWS::ServiceDiscovery::PrivateDnsNamespace': 'Name',
  'AWS::ServiceDiscovery::Service': 'Name',
};

const LOAD_BALANCER = 'arn:aws:elasticloadbalancing:{region}:{account}';
const CLUSTER_ARN = 'arn:aws:ecs:{region}:{account}:cluster/{name}';
/** Followed by an id that AWS chooses. */
const BALANCER = 'net/{name}/local';
const TARGET_GROUP = 'targetgroup/{name}/local';
const REGISTRY_ID = 'srv-{hash}';
const NAMESPACE_ID = 'ns-{hash}';

/** Like `attributes` of the catalogue. */
export const containerAttributes: Readonly<Record<string, string>> = {
  'AWS::EC2::EIP.AllocationId': 'eipalloc-{hash}',
  'AWS::EC2::InternetGateway.InternetGatewayId': 'igw-{hash}',
  'AWS::EC2::InternetGateway.Ref': 'igw-{hash}',
  'AWS::EC2::RouteTable.RouteTableId': 'rtb-{hash}',
  'AWS::EC2::RouteTable.Ref': 'rtb-{hash}',
  'AWS::EC2::SecurityGroup.GroupId': 'sg-{hash}',
  'AWS::EC2::SecurityGroup.Ref': 'sg-{hash}',
  'AWS::EC2::Subnet.SubnetId': 'subnet-{hash}',
  'AWS::EC2::Subnet.Ref': 'subnet-{hash}',
  'AWS::EC2::VPC.VpcId': 'vpc-{hash}',
  'AWS::EC2::VPC.Ref': 'vpc-{hash}',
  'AWS::EC2::VPC.DefaultSecurityGroup': 'sg-{hash}',
  'AWS::ECS::Cluster.Arn': CLUSTER_ARN,
  'AWS::ECS::Service.Name': '{name}',
  'AWS::ECS::TaskDefinition.Ref': 'arn:aws:ecs:{region}:{account}:task-definition/{name}:1',
  'AWS::ECS::TaskDefinition.TaskDefinitionArn': 'arn:aws:ecs:{region}:{account}:task-definition/{name}:1',
  'AWS::ElasticLoadBalancingV2::Listener.Ref': `${LOAD_BALANCER}:listener/${BALANCER}/local`,
  'AWS::ElasticLoadBalancingV2::LoadBalancer.CanonicalHostedZoneID': 'Z0000000000LOCAL',
  'AWS::ElasticLoadBalancingV2::LoadBalancer.DNSName': '{hash}.elb.{region}.amazonaws.com',
  'AWS::ElasticLoadBalancingV2::LoadBalancer.LoadBalancerFullName': BALANCER,
  'AWS::ElasticLoadBalancingV2::LoadBalancer.Arn': `${LOAD_BALANCER}:loadbalancer/${BALANCER}`,
  'AWS::ElasticLoadBalancingV2::LoadBalancer.Ref': `${LOAD_BALANCER}:loadbalancer/${BALANCER}`,
  'AWS::ElasticLoadBalancingV2::TargetGroup.TargetGroupFullName': TARGET_GROUP,
  'AWS::ElasticLoadBalancingV2::TargetGroup.Arn': `${LOAD_BALANCER}:${TARGET_GROUP}`,
  'AWS::ElasticLoadBalancingV2::TargetGroup.Ref': `${LOAD_BALANCER}:${TARGET_GROUP}`,
  'AWS::ServiceDiscovery::HttpNamespace.Id': NAMESPACE_ID,
  'AWS::ServiceDiscovery::HttpNamespace.Ref': NAMESPACE_ID,
  'AWS::ServiceDiscovery::PrivateDnsNamespace.Id': NAMESPACE_ID,
  'AWS::ServiceDiscovery::PrivateDnsNamespace.Ref': NAMESPACE_ID,
  'AWS::ServiceDiscovery::Service.Arn': `arn:aws:servicediscovery:{region}:{account}:service/${REGISTRY_ID}`,
  'AWS::ServiceDiscovery::Service.Id': REGISTRY_ID,
  'AWS::ServiceDiscovery::Service.Ref': REGISTRY_ID,
};
