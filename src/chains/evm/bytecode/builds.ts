/**
 * Builds of proxies and of the contracts that keep them, as their packages were published: the keccak-256
 * of the runtime code without its metadata, each immutable taken for zero. Beside each, the packages that
 * hold it: OpenZeppelin is @openzeppelin/contracts, upgrades-core is what its plugins deploy, the SDK is
 * @openzeppelin/upgrades.
 */
import type { Hex } from 'viem';

/** Where the immutable stands in code of so many bytes, without metadata: offsets of 32-byte words. */
export const HOLES: Readonly<Record<number, readonly number[]>> = {
  230: [29],
  242: [30],
  1006: [16],
  1061: [16],
  1076: [16],
  1106: [16],
  1114: [16],
  1726: [552, 626, 817, 1118, 1159, 1455],
  2251: [274, 374, 518, 606, 647, 777],
  2280: [335, 417, 628, 1041, 1082, 1444],
};

export const BUILDS = {
  UpgradeableProxy: [
    '0x81c3103f9544ae77b1e5cff4eb00106136170f62f01128a7c882e8bcbe1bf0ad', // OpenZeppelin 3.2-3.3
    '0xb382d6e05d50741cd5a9359214725079edcf3ec1cdc80269dcdb68b9538b8add', // OpenZeppelin 3.4
  ],
  ERC1967Proxy: [
    '0x0fa0089715af0bd654bc2bc5802e6a8078cfe20025e3bb7736f367128d8047db', // hardhat-deploy 0.12
    '0x953464f73504497cd25c271bcd839b821134e171965ff78bd9acbbd4bbee2f48', // OpenZeppelin 4.0
    '0x67976c9458ee8172b0fb7ae99b86fce588a4568655ce74bf31e630913ba12a7e', // OpenZeppelin 4.1-4.4, upgrades-core 1.8-1.14
    '0x2c25b5351207dab18e07d06a61c92cf17fdac786ff29ea05018157f6fb4c6148', // OpenZeppelin 4.5-4.7
    '0x322226f195af9b0f409d569c8b933e4dcdd1ee6cdf018a60dc962a7efb5bcaa0', // OpenZeppelin 4.8-4.9
    '0x8d3ff3a75a9cf490cc96ff4bc83991c90b60252fb97f6151d72532446aa64c58', // OpenZeppelin 5.0, upgrades-core 1.32-1.46
    '0x94eb47065e7ff146d6b8543fec33ec614d4e5e0015728e12224569eb50102d7b', // OpenZeppelin 5.1-5.3
    '0x23e911577726ec7c856b61c3b764e7ccd63590e927eb1443efba74bd63c515f8', // OpenZeppelin 5.4-5.7
    '0x76daefeb7e34fae727ec1308a7fc6cd4100c116b84809b1f822a0d543bb2bca7', // upgrades-core 1.20
    '0x94f8fafe2c1b1073d34fe86e62cb8aab4ab6780299ee1103625f4c7937bb96b4', // upgrades-core 1.27-1.46
  ],
  UpgradeabilityProxy: [
    '0xdaccd072bb9bb11e1979b6bfc5a0260195c200b096e1ebaa9c8898a89e15000a', // Aave v3
    '0x5b90461e819c9a357fb3ee500e526d19d30685a2d893f2c40248b2e7a0c9f71a', // Aave v2
    '0x56ac2bb657e4b2d44beb47387937edd6b576982d631175c531afb27516691a14', // OpenZeppelin SDK 2.8
  ],
  InitializableUpgradeabilityProxy: [
    '0xe5ee4c0af7d3abbc2818f14b0e2193bf1873e3b1ac1066cddae67ade0b4a9825', // Aave v3
    '0xc8e9e519909e1c6be22b3c6e542ae1a771bdd860480ef1d38b155cb7e929faa4', // Aave v2
    '0xdc0b3f9038bccd25793be0f1b7754ab8a478bec510b0fa02db571875c7d2d1e6', // OpenZeppelin SDK 2.8
  ],
  TransparentUpgradeableProxy: [
    '0xd8c624dcbb4a4aecf0095a1d95e807cf84d929a3e97ebf543f20096ced7102f4', // hardhat-deploy 0.12
    '0x5796a81ff06dbdd601eab6c0e0f46617ebff09e5608e63a5f529af719ea56128', // OpenZeppelin 3.2-3.3
    '0x974884e03f0cd3dba3ab2ccb1472a42fd86a67d0354223f7e3b6cfb550fe13b4', // OpenZeppelin 3.4
    '0xdb0792a81128439b70e3172f1a6af55796324a9581f335217973550c0db0e531', // OpenZeppelin 4.0
    '0x17b29b615e6e6cf82ac86b6aa1a8d089e2fd0126f3a426713e273c3fdd782b52', // OpenZeppelin 4.1, upgrades-core 1.8-1.14
    '0xdbcd08c06c5c7f5ba1b02943e762a0d8a46f4df08aa37933e1c767490fcd9406', // OpenZeppelin 4.2-4.4
    '0xcaaf2e9784d8f940e31b03e777530f0a2d3a04399d27399247962675988f6c6b', // OpenZeppelin 4.5-4.7
    '0xf16ce9fabd036a3883b2f06adfad78cf7232058acd09f008d33c7f6ee4ca2627', // OpenZeppelin 4.8-4.9
    '0x86bf442f4c724643a9602773f67abcd9c70db7092034d0e50ed084ec0bbdb1ba', // OpenZeppelin 5.0, upgrades-core 1.32-1.37
    '0x4bcbd1eb62212b820b706d39ac665a875812b14fe066e5e7642a2a8c19c28658', // OpenZeppelin 5.1-5.3
    '0x6b4ba3015667741610274b7c196ec5d7767235d85865912f7ac680eac3011c54', // OpenZeppelin 5.4
    '0x6683ab58c17204f0c7b174342fec96750460770bdbf2c726eaadbe87829b9ec1', // OpenZeppelin 5.5-5.7
    '0xb1dbeefb1fb62fbd641e3d47da3ec95952cdc2f51256bd86efc33c0ea5185d52', // upgrades-core 1.20
    '0x5ead374e1c93e717f4f944f8aae6c9e2bc5c213b5ecd1499440740e6c02a4aff', // upgrades-core 1.27-1.46
    '0xfd304dfef509d9af93d5f1aa4eea708c90b36d5289955e00f1fd3e1cdde71805', // upgrades-core 1.46
  ],
  AdminUpgradeabilityProxy: [
    '0x2964322a95b86601c3db5d9dbdb33b0a4b2f0fa87015467d9cedd989b4831b2e', // Aave v3
    '0x6fb3a9d01356bccc2b2f530eb57458a8e938d73d23ce044eda33c7f5cabca38a', // Aave v2
    '0x63a0395904d922717a686070c3baef6ae05ac8c1f05b6a9ba3ae198a0f6a9385', // OpenZeppelin SDK 2.8
    '0xcdec95953ba8d02d6a2bbfe65f061882f91e343aa64d1488764c95135e23f223', // upgrades-core 1.5
  ],
  InitializableAdminUpgradeabilityProxy: [
    '0xbd6fc1bdd7f3a780ef80dc90d2757a0532387a46f9f2a66fbee25d0a149b2d54', // Aave v3
    '0x1f769f530e88c7debf4a07768f9a0d40129cea3cd344622fc968955daf22269c', // Aave v2
    '0x74f367fbe5192898b10b96dca7a02a338da9d865eb674391edfd67ada2c6c765', // OpenZeppelin SDK 2.8
  ],
  OptimizedTransparentUpgradeableProxy: [
    '0xbea7d6a3ec3c0b8a8438172d49b596f8a277166c16432eadaf2775c0a619593a', // hardhat-deploy 0.12
  ],
  EIP173Proxy: [
    '0x3e8d65d87df19e80d7e60b7fe473be7d05427c440dc5bc65243118ad24e31e17', // hardhat-deploy 0.12
  ],
  EIP173ProxyWithReceive: [
    '0x9282df9fa54ad566088081d9589e5bd22297734fc5bd3a3856f3fa870d00de4f', // hardhat-deploy 0.12
  ],
  InitializableImmutableAdminUpgradeabilityProxy: [
    '0x87f53bef5e2bdfb548cfd630180cfbd5e792985832f463d3bb1bbbf7e6af1b3a', // Aave v3
    '0xd543c0cf7d563b23d26487724af80fece72ff2b34f802b56539d6ea444c5028f', // Aave v2
  ],
  BeaconProxy: [
    '0xc6a2463e87f4683b6614f960329de4e050305f96d3d603b7a8fc54e0951a33ee', // hardhat-deploy 0.12
    '0x8755d56baae48fb049c1eabc84d627f238bb6a74a174b0fc3865c6c3afe9ba98', // OpenZeppelin 3.4
    '0xb0f9c8c95dcdfc5ec458a7a6ea5fcb049e6d1d7e063fcc6d6da0b12541800c35', // OpenZeppelin 4.0
    '0x2c8bfda103e1fc8d04a232f5a0b1ea36c78ecd6bea045317ff7d57ffb001a94c', // OpenZeppelin 4.1-4.4, upgrades-core 1.14
    '0x14cb885a9d653558b53df3481d3d625aa62d5c9a1b74a162d9956c9f8b4defb0', // OpenZeppelin 4.5-4.7
    '0xc03803b92585321f68ed1c376c727036158eee701e6ecc6deca3a50bb9b3266b', // OpenZeppelin 4.8-4.9
    '0x44605b6a2b94887910dd8ac981b12d30653a9c62d61b4bc31843f66cf447f97f', // OpenZeppelin 5.0, upgrades-core 1.32-1.46
    '0x247a814b3a94e14a6367c2b0093ff5eb5b6d888d3a95ad58760a5bdee5093a79', // OpenZeppelin 5.1-5.3
    '0xf67fb340d967d2d3fa026d1d3127d2f074a4fbf08da536102e5eb68d8fcfb83f', // OpenZeppelin 5.4-5.7
    '0x56c84815c7c1c3d2c2ccf20ea39c10cfb07ddd055f7f44da7564d619bea923a6', // upgrades-core 1.20
    '0x875e75c14f8e3acd7157f60e7da275d99c784771223d4dfeed7d946e224ffb18', // upgrades-core 1.27-1.46
  ],
  UpgradeableBeacon: [
    '0x01eed69ddc13d2dee8cdeadf31c7b3ff1c5730305f36ac1765b75640e083a3fb', // hardhat-deploy 0.12
    '0xce964a84d53a7da080d6dc8953e5bb5a37f7f6831d95c43ebb8d97053644d88a', // OpenZeppelin 3.4
    '0x0920c81d70d4830b952ff2f1726b9be507137d0fb637d7d5a3ee5bd67b38321a', // OpenZeppelin 4.0
    '0x6602a3946de97a2d66f55ede80d4c3d1576f6a8324ca9a3feca9b1647378e2a1', // OpenZeppelin 4.1, upgrades-core 1.14
    '0x581bba8c6d5d5c8b73fa549b3dbd9a0bd8111113dd5be75a80d629467ffab883', // OpenZeppelin 4.2-4.4
    '0x0b30161a01321ce216cf7d0092cad407e72e9a7a557d56c6d63364a9e72b2d08', // OpenZeppelin 4.5-4.6
    '0x01e941c22ec7d37e5f2b4463b6b0c7b00f4992a9e17ab2df1640c3235f5c71bc', // OpenZeppelin 4.7-4.9, upgrades-core 1.27-1.46
    '0x0314322742789d275007b2a40d83df74f77b1a0828b6fa2b5f00c1cb8ec45c6d', // OpenZeppelin 5.0, upgrades-core 1.32-1.46
    '0x3709ef153ea1431de2637c14cddfa22467ae00c9d9c756344ffbf5bc0bf8951e', // OpenZeppelin 5.1-5.3
    '0xaf5f0649643c4fd3d9f04bfe7029d400650efae5b9a6eb4fb8c569f4dc20d28c', // OpenZeppelin 5.4-5.7
    '0x1385e84751ec42a34c4a01f34ad42d002df7f4e7c707ccb61d289ac49aa058eb', // upgrades-core 1.20
  ],
  ProxyAdmin: [
    '0xae067c58c55782794382511f418a6456b0762dda02b262f6d43cc500437b7168', // hardhat-deploy 0.12
    '0x0cbf516391920e9748f98bfc56f92c122409b4e8f6be5b68785ccb909139667f', // OpenZeppelin 3.2-3.3
    '0x26d04d03fa0f15e02b69d9cb3db62d43c76265c296c059a024397e1323c8e122', // OpenZeppelin 3.4
    '0x0caa9b164efcefaa830e755da000d2a7e4bb811dea73ccd3538d255d9109cdb7', // OpenZeppelin 4.0
    '0x1c348e72e730e317a45d9a2a2346e30ce799d22e3ae97a0baa2c9a8fd2cab93e', // OpenZeppelin 4.1, upgrades-core 1.8-1.14
    '0x0be30d30c85bd17609b7b23193f5d20a69a76f2a33767f3d9b1820ab470a80b2', // OpenZeppelin 4.2-4.4
    '0x145a3e525b1c3e1bd8bca672751940fd721ec6188ae3b9da4dde0dbad33ab2dc', // OpenZeppelin 4.5-4.6
    '0x13629dcc63937f7729d0a73d855360ca5ed539e70fcef3c6f41a7be3026cb87f', // OpenZeppelin 4.7-4.9, upgrades-core 1.27-1.46
    '0xa02e7eac00f30932be69d8fdfcc8f132a085c991c26effe643ac5cc39b7aca77', // OpenZeppelin 5.0, upgrades-core 1.32-1.37
    '0x5cc3e3bc37993a9def698de8b52645324e3a4213ca8d3669dc720a5c0b61f810', // OpenZeppelin 5.1-5.3
    '0x6e73778047d4d94c0a768773b6854439336ab6d0290ec84104a0b7c1d3bb758d', // OpenZeppelin 5.4-5.7
    '0xaef4dbab7c61211f5f61e715843374dcd45d56d01e83b3b9d0374e1b6edb4be7', // OpenZeppelin SDK 2.8
    '0x0880d3c21ea84ed2c46e5b7981fe93e40a31077ea09bdd0fa736dcfd73d58ce3', // upgrades-core 1.20
    '0xdef8a836e03ce71c4f708febe17f3f6f357f40a8d2c415db3560958a8d52f7c7', // upgrades-core 1.46
    '0xc54827010297ba0e8dd4ef3c7b50650b1438654e66a8c560b0199d1a5fd2f970', // upgrades-core 1.5
  ],
  PoolAddressesProvider: [
    '0xb27a9289c2df3eedc2934431bf8882dab4efac0c0dc7fe27a191587128710cb8', // Aave v3
  ],
  LendingPoolAddressesProvider: [
    '0xdc0805463e5b820ad17af67b0a893f4631015bf1dff949c3d9847ac172440b94', // Aave v2
  ],
  ZosUpgradeabilityProxy: [
    '0x658f6c3e9f91dd13b378e9d3ded74c55db6a62731b35cc6924e3a33fae8ac81a', // OpenZeppelin SDK 2.8
  ],
  ZosAdminUpgradeabilityProxy: [
    '0x09317635e2be196baa64e5f59e4ce6ffbbdd78f8f784fcf5fe1437d7b64891b5', // OpenZeppelin SDK 2.8
  ],
  ZosInitializableUpgradeabilityProxy: [
    '0x08992fa728ac9b52e9668b7315fa6c8455d138e27b20d08e3f1504a53b7c39c5', // OpenZeppelin SDK 2.8
  ],
  ZosInitializableAdminUpgradeabilityProxy: [
    '0x89b01f2c5a7ea82ba68396ae08ed95cfcacf0f5e6e36cd9a459c914f3501f41a', // OpenZeppelin SDK 2.8
  ],
  AppProxyUpgradeable: [
    '0x5c62150a659c9f396babe3f37e973b1739654e2e3918eac64e78154af4f59d15', // aragonOS 4.4
  ],
  AppProxyPinned: [
    '0x4a25b9d1d342d35813e67d545f47b6264f05e209e775218b7f4e357274061506', // aragonOS 4.4
  ],
  KernelProxy: [
    '0x538ddbb4a1386a3a5cdcd12d1457201b578859118c201ce891961a1f992c3212', // aragonOS 4.4
  ],
  Diamond: [
    '0xa9a1963aa00a0217ccd213bde90d0a5f0c4099065917b94f32a9890226d7d85d', // hardhat-deploy 0.12
  ],
  DiamondCutFacet: [
    '0xced351e794f2a2a591838fb4e1a90aeb3b78529b7ff613396f551360a2dc3069', // hardhat-deploy 0.12
  ],
} as const satisfies Readonly<Record<string, readonly Hex[]>>;
