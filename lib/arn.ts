/** The name at the end of an ARN of CloudWatch's (it may hold colons), or the name itself where it stands alone. */
export const nameIn = (arnOrName: string): string =>
  arnOrName.startsWith("arn:") ? arnOrName.split(":").slice(6).join(":") : arnOrName;
