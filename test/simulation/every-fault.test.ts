// A few seeds with everything that can go wrong; more by command (main.ts).
import { askSeeds } from './ask-seeds.ts';

askSeeds('crashes', 1, 20);
askSeeds('ports', 1, 8);
