import { build } from '../install.mjs';

build();
