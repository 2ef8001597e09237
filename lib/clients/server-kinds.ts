import { bambuddyServer } from './bambuddy/server-kind';
import { evotorServer } from './evotor/server-kind';
import { inventreeServer } from './inventree/server-kind';
import { octoprintServer } from './octoprint/server-kind';
import { vkServer } from './vk/server-kind';
import type { ServerKind } from './server-kind';

/** Each kind of server that has a config node. */
export const SERVER_KINDS: readonly ServerKind[] = [
    bambuddyServer,
    inventreeServer,
    octoprintServer,
    evotorServer,
    vkServer,
];
