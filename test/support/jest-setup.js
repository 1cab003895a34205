// aws-cdk-lib validates each template with a WASM engine, about 3 s a synth; `npm run synth` keeps it on.
process.env.CDK_VALIDATION = "false";
