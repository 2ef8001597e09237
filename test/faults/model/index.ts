export { runModelProof, type ModelOptions } from './model-proof';
