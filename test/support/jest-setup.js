// aws-cdk-lib validates each template with a WASM engine, about 3 s a synth; `npm run synth` keeps it on.
process.env.CDK_VALIDATION = "false";
// The SDK tells of its end of support for this machine's Node with every client; Lambda runs a newer one.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
