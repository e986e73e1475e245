/** CloudFront in front of the bucket: the one way to what is published. */
import { Duration } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CacheCookieBehavior,
  CacheHeaderBehavior,
  CachePolicy,
  CacheQueryStringBehavior,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
  type BehaviorOptions,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { ObjectOwnership, type Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Deployment } from '../deployment.ts';
import { namesOf } from '../names.ts';
import { privateBucket } from '../private-bucket.ts';
import { headersPolicy } from './headers.ts';

/** How long CloudFront keeps that a file was missing. */
const missingSeconds = 10;

export function siteDistribution(
  scope: Construct,
  deployment: Deployment,
  site: Bucket,
  routing: string,
): Distribution {
  const { name, domain } = deployment;
  const routes = new EdgeFunction(scope, 'Routing', {
    functionName: `${name}-routing`,
    comment: 'Which file answers an address, as `registry serve` says it',
    runtime: FunctionRuntime.JS_2_0,
    code: FunctionCode.fromInline(routing),
  });
  // How long each file is kept, the publisher says in its headers. What says nothing is asked for each time.
  const cache = new CachePolicy(scope, 'Cache', {
    cachePolicyName: `${name}-site`,
    minTtl: Duration.seconds(0),
    defaultTtl: Duration.seconds(0),
    maxTtl: Duration.days(365),
    queryStringBehavior: CacheQueryStringBehavior.none(),
    headerBehavior: CacheHeaderBehavior.none(),
    cookieBehavior: CacheCookieBehavior.none(),
    enableAcceptEncodingBrotli: true,
    enableAcceptEncodingGzip: true,
  });
  const siteHeaders = headersPolicy(scope, 'SiteHeaders', name, false);
  const apiHeaders = headersPolicy(scope, 'ApiHeaders', name, true);
  const origin = S3BucketOrigin.withOriginAccessControl(site);
  const behaviour = (forApi: boolean): BehaviorOptions => ({
    origin,
    viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    // The routing answers OPTIONS itself, and refuses it where there is no API.
    allowedMethods: AllowedMethods.ALLOW_GET_HEAD_OPTIONS,
    compress: true,
    cachePolicy: cache,
    responseHeadersPolicy: forApi ? apiHeaders : siteHeaders,
    functionAssociations: [{ function: routes, eventType: FunctionEventType.VIEWER_REQUEST }],
  });
  return new Distribution(scope, 'Distribution', {
    comment: `Countersign: ${domain.name}`,
    domainNames: [domain.name],
    certificate: Certificate.fromCertificateArn(scope, 'Certificate', domain.certificateArn),
    minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
    httpVersion: HttpVersion.HTTP2_AND_3,
    defaultBehavior: behaviour(false),
    additionalBehaviors: { 'v0/*': behaviour(true), 'v0.1/*': behaviour(true) },
    // S3 says 403 for what is not there, as CloudFront may not list the bucket.
    errorResponses: [403, 404].map((httpStatus) => ({
      httpStatus,
      responseHttpStatus: 404,
      responsePagePath: '/404.html',
      ttl: Duration.seconds(missingSeconds),
    })),
    enableLogging: true,
    logBucket: privateBucket(scope, 'AccessLog', {
      bucketName: namesOf(deployment).accessLogBucket,
      // CloudFront writes its logs under an access list, which is private all the same.
      objectOwnership: ObjectOwnership.OBJECT_WRITER,
      lifecycleRules: [{ expiration: Duration.days(90), noncurrentVersionExpiration: Duration.days(1) }],
    }),
    logIncludesCookies: false,
  });
}
