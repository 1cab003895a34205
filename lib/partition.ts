/** A part of AWS that shares no account, ARN or console with the others. */
export interface Partition {
  /** As in an ARN: `arn:aws-cn:…`. */
  readonly name: "aws" | "aws-cn" | "aws-us-gov";
  /** What the host names of its services end in. */
  readonly domain: "amazonaws.com" | "amazonaws.com.cn";
  /** The host of its console; {region} is replaced. */
  readonly console: string;
}

const STANDARD: Partition = { name: "aws", domain: "amazonaws.com", console: "{region}.console.aws.amazon.com" };
const CHINA: Partition = { name: "aws-cn", domain: "amazonaws.com.cn", console: "console.amazonaws.cn" };
const GOVERNMENT: Partition = {
  name: "aws-us-gov",
  domain: "amazonaws.com",
  console: "console.amazonaws-us-gov.com",
};

/** Regions of partitions whose hosts are not public, or that nothing here was written for. */
const OTHER = /^(us-iso|eu-iso|eusc-)/;

/** The partition of a region; undefined for one whose hosts are not known here. */
export function knownPartition(region: string): Partition | undefined {
  if (OTHER.test(region)) return undefined;
  if (region.startsWith("cn-")) return CHINA;
  return region.startsWith("us-gov-") ? GOVERNMENT : STANDARD;
}

/** The partition of a region; the standard one where it is not known, which no environment is validated with. */
export const partitionOf = (region: string): Partition => knownPartition(region) ?? STANDARD;

/** Host of AWS's console in a region. */
export const consoleHost = (region: string): string => partitionOf(region).console.replace("{region}", region);

/** What `kms:ViaService` may say of a service; of China both forms are seen, and both mean the service itself. */
export function viaService(region: string, service: string): string[] {
  const { domain } = partitionOf(region);
  return [...new Set([STANDARD.domain, domain])].map((one) => `${service}.${region}.${one}`);
}

/** Services whose VPC endpoints have another name in China (`aws ec2 describe-vpc-endpoint-services` there). */
const CHINESE_NAMES: ReadonlySet<string> = new Set(["monitoring", "elasticache", "lambda"]);

/** The name under which EC2 offers a service's interface endpoint in a region. */
export function endpointService(region: string, service: string): string {
  const isChinese = partitionOf(region) === CHINA && CHINESE_NAMES.has(service);
  return `${isChinese ? "cn." : ""}com.amazonaws.${region}.${service}`;
}
