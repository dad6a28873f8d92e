import { askSeeds } from './ask-seeds.ts';

askSeeds('some', 2501, 2500);
