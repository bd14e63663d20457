/**
 * Functions that the field knows by name, and what whoever may call one can make a contract do with it.
 * For functions that refuse a stranger: `withdraw(uint256)` of a vault that anyone may call says nothing,
 * the same one kept for an owner empties it. A name is a convention, not a proof: it names and classes
 * what the bytecode has already shown to be guarded.
 *
 * @see https://www.4byte.directory
 */
import { type Hex, toFunctionSelector } from 'viem';
import type { SimpleAction } from '../../power/model.ts';

/** A function by its signature, and the power that calling it is. */
interface KnownFunction {
  readonly signature: string;
  /** `null`: harmless in itself, or no more than the caller's own to do. */
  readonly action: SimpleAction | null;
}

/** The function that the field knows by this selector; `null` where it knows none. */
export const knownFunction = (selector: Hex): KnownFunction | null => known.get(selector) ?? null;

/** Creates units of the contract's own token. */
const MINT: readonly string[] = [
  'mint(address,uint256)',
  'mint(uint256)',
  'mint(address)',
  'mint(address,uint256,bytes)',
  'mint(address,uint256,uint256)',
  'mint(address,uint256,uint256,bytes)',
  'mint(address,address,uint256)',
  'mintBatch(address,uint256[],uint256[],bytes)',
  'batchMint(address[],uint256[])',
  'mintTo(address,uint256)',
  'mintFor(address,uint256)',
  'mintFor(address,uint256,bytes)',
  'mintToken(address,uint256)',
  'mintTokens(address,uint256)',
  'safeMint(address)',
  'safeMint(address,uint256)',
  'safeMint(address,string)',
  'safeMint(address,uint256,bytes)',
  'issue(uint256)',
  'issue(address,uint256)',
  'issue(address,uint256,bytes)',
  'generateTokens(address,uint256)',
  'increaseSupply(uint256)',
  'increaseSupplyToAddress(uint256,address)',
  'crosschainMint(address,uint256)',
  'bridgeMint(address,uint256)',
  'deposit(address,bytes)',
];

const PAUSE: readonly string[] = [
  'pause()',
  'unpause()',
  'pause(uint256)',
  'unpause(uint256)',
  'pause(bytes32)',
  'unpause(bytes32)',
  'setPaused(bool)',
  'setPause(bool)',
  'setPoolPause(bool)',
  'pauseAll()',
  'unpauseAll()',
  'emergencyPause()',
  'emergencyUnpause()',
  'pauseContract()',
  'unpauseContract()',
  'togglePause()',
  'emergencyStop()',
  'shutdown()',
  'stop()',
  'start()',
  'resume()',
  'pauseUntil(uint256)',
  'pauseFor(uint256)',
  'enableTrading()',
  'setTradingEnabled(bool)',
  'setTransfersEnabled(bool)',
];

/** Stops single holders, or takes what is theirs. */
const FREEZE: readonly string[] = [
  'freeze(address)',
  'unfreeze(address)',
  'freezeAccount(address)',
  'unfreezeAccount(address)',
  'freezeBatch(address[])',
  'unfreezeBatch(address[])',
  'wipeFrozenAddress(address)',
  'wipeFrozenAddressBatch(address[])',
  'blacklist(address)',
  'unBlacklist(address)',
  'addToBlacklist(address)',
  'removeFromBlacklist(address)',
  'addBlackList(address)',
  'removeBlackList(address)',
  'addBlacklist(address)',
  'removeBlacklist(address)',
  'setBlacklist(address,bool)',
  'setBlacklisted(address,bool)',
  'destroyBlackFunds(address)',
  'blockAccount(address)',
  'unblockAccount(address)',
  'blockUser(address)',
  'unblockUser(address)',
  'seize(address)',
  'burn(address,uint256)',
  'burnFrom(address,uint256)',
  'wipe(address,uint256)',
  'forceTransfer(address,address,uint256)',
  'forcedTransfer(address,address,uint256)',
  'controllerTransfer(address,address,uint256,bytes,bytes)',
  'controllerRedeem(address,uint256,bytes,bytes)',
  'crosschainBurn(address,uint256)',
];

/** Replaces the code that runs. */
const UPGRADE: readonly string[] = [
  'upgradeTo(address)',
  'upgradeToAndCall(address,bytes)',
  'upgrade(address)',
  'upgrade(address,address)',
  'upgradeAndCall(address,address,bytes)',
  'upgradeTo(uint256,address)',
  'upgradeTo(string,address)',
  'upgradeBeaconTo(address)',
  'upgradeBeacon(address)',
  'changeAdmin(address)',
  'changeProxyAdmin(address,address)',
  'setImplementation(address)',
  '_setImplementation(address)',
  '_setImplementation(address,bool,bytes)',
  'setPendingImplementation(address)',
  '_setPendingImplementation(address)',
  'updateImplementation(address)',
  'changeImplementation(address)',
  'setTarget(address)',
  'setBeacon(address)',
  'changeMasterCopy(address)',
  'setStorage(bytes32,bytes32)',
  'diamondCut((address,uint8,bytes4[])[],address,bytes)',
  'setAddressAsProxy(bytes32,address)',
  'setProxyOwner(address)',
  'transferProxyOwnership(address)',
  'deprecate(address)',
];

/** Makes the contract call what the caller says, or hand over what it holds. */
const ACT: readonly string[] = [
  'execute(address,bytes)',
  'execute(address,uint256,bytes)',
  'execute(address,uint256,bytes,uint8)',
  'execute(address,uint256,bytes,bytes32,bytes32)',
  'execute(bytes32,bytes)',
  'execute((address,uint256,bytes))',
  'executeBatch(address[],bytes[])',
  'executeBatch(address[],uint256[],bytes[])',
  'executeBatch((address,uint256,bytes)[])',
  'executeCall(address,bytes)',
  'executeCall(address,uint256,bytes)',
  'executeTransaction(address,uint256,string,bytes,uint256)',
  'executeDelegatecall(address,bytes)',
  'exec(address,uint256,bytes)',
  'execTransactionFromModule(address,uint256,bytes,uint8)',
  'execTransactionFromModuleReturnData(address,uint256,bytes,uint8)',
  'call(address,uint256,bytes)',
  'callContract(address,bytes)',
  'callContract(address,bytes,uint256)',
  'callAsContract(address,bytes)',
  'forward(address,bytes)',
  'functionCall(address,bytes)',
  'delegate(address,bytes)',
  'manage(address,bytes,uint256)',
  'manage(address[],bytes[],uint256[])',
  'withdraw()',
  'withdraw(uint256)',
  'withdraw(address)',
  'withdraw(address,uint256)',
  'withdraw(uint256,address)',
  'withdraw(address,address,uint256)',
  'withdrawTo(address,uint256)',
  'withdrawAll()',
  'withdrawAll(address)',
  'withdrawETH(uint256)',
  'withdrawETH(address,uint256)',
  'withdrawEther(uint256)',
  'withdrawEth(uint256)',
  'withdrawToken(address,uint256)',
  'withdrawToken(address,address,uint256)',
  'withdrawTokens(address,address,uint256)',
  'withdrawERC20(address,uint256)',
  'withdrawERC20(address,address,uint256)',
  'emergencyWithdraw()',
  'emergencyWithdraw(uint256)',
  'emergencyWithdraw(address)',
  'emergencyWithdraw(address,uint256)',
  'emergencyWithdraw(address,address,uint256)',
  'rescue(address)',
  'rescue(address,uint256)',
  'rescue(address,address,uint256)',
  'rescueERC20(address,address,uint256)',
  'rescueERC20(address,uint256)',
  'rescueToken(address,uint256)',
  'rescueToken(address,address,uint256)',
  'rescueTokens(address,uint256)',
  'rescueTokens(address,address,uint256)',
  'rescueFunds(address,uint256)',
  'rescueFunds(address,address,uint256)',
  'rescueETH(address,uint256)',
  'transferAnyERC20Token(address,uint256)',
  'recover(address)',
  'recoverERC20(address,uint256)',
  'recoverERC20(address,address,uint256)',
  'recoverToken(address,uint256)',
  'recoverTokens(address)',
  'emergencyTokenTransfer(address,address,uint256)',
  'emergencyEtherTransfer(address,uint256)',
  'sweep()',
  'sweep(address)',
  'sweep(address,uint256)',
  'sweep(address,address)',
  'sweepToken(address)',
  'sweepToken(address,uint256,address)',
  'sweepUnclaimed()',
  'skim(address)',
  'claimTokens(address,address)',
  'reclaimToken(address)',
  'reclaimEther()',
  'transferToken(address,address,uint256)',
  'inCaseTokensGetStuck(address,uint256)',
  'kill()',
  'destroy(address)',
];

/** Changes who may do what, or by which rules. */
const CONFIGURE: readonly string[] = [
  'transferOwnership(address)',
  'renounceOwnership()',
  'setOwner(address)',
  'changeOwner(address)',
  'setPendingOwner(address)',
  'proposeOwner(address)',
  'setAdmin(address)',
  'setPendingAdmin(address)',
  '_setPendingAdmin(address)',
  'setGovernance(address)',
  'setGovernor(address)',
  'setAuthority(address)',
  'rely(address)',
  'deny(address)',
  'grantRole(bytes32,address)',
  'grantRole(uint64,address,uint32)',
  'revokeRole(bytes32,address)',
  'revokeRole(uint64,address)',
  'setUserRole(address,uint8,bool)',
  'setRoleCapability(uint8,address,bytes4,bool)',
  'addMinter(address)',
  'removeMinter(address)',
  'setMinter(address)',
  'configureMinter(address,uint256)',
  'updateMasterMinter(address)',
  'updateBlacklister(address)',
  'updatePauser(address)',
  'updateRescuer(address)',
  'setSupplyController(address)',
  'setAssetProtectionRole(address)',
  'setOperator(address,bool)',
  'setParams(uint256,uint256)',
  'setFee(uint256)',
  'setOracle(address)',
  'setPeer(uint32,bytes32)',
  'setDelegate(address)',
  'setTrustedRemote(uint16,bytes)',
];

/** Stops what others have decided. */
const VETO: readonly string[] = [
  'cancel(bytes32)',
  'cancel(uint256)',
  'veto(uint256)',
  'cancelTransaction(address,uint256,string,bytes,uint256)',
];

/** What anyone may do with their own, or takes up what was offered to them. */
const HARMLESS: readonly string[] = [
  'transfer(address,uint256)',
  'transferFrom(address,address,uint256)',
  'approve(address,uint256)',
  'setApprovalForAll(address,bool)',
  'acceptOwnership()',
  'claimOwnership()',
  'acceptAdmin()',
  '_acceptAdmin()',
  'acceptGovernance()',
  'renounceRole(bytes32,address)',
];

const BY_ACTION: readonly (readonly [SimpleAction | null, readonly string[]])[] = [
  ['mint', MINT],
  ['pause', PAUSE],
  ['freeze', FREEZE],
  ['upgrade', UPGRADE],
  ['act', ACT],
  ['configure', CONFIGURE],
  ['veto', VETO],
  [null, HARMLESS],
];

const known: ReadonlyMap<string, KnownFunction> = new Map(
  BY_ACTION.flatMap(([action, signatures]) =>
    signatures.map((signature) => [toFunctionSelector(signature), { signature, action }]),
  ),
);

/** Getters of an address that has power, by what they call it. */
const GETTERS: ReadonlyMap<Hex, string> = new Map(
  [
    ...['owner', 'getOwner', 'admin', 'getAdmin', 'governance', 'governor', 'gov', 'guardian'],
    ...['pendingOwner', 'pendingAdmin', 'pendingGovernance', 'pendingGovernor', 'nominatedOwner'],
    ...['proposedOwner', 'newOwner', 'futureOwner', 'operator', 'keeper', 'manager', 'strategist'],
    ...['controller', 'minter', 'masterMinter', 'pauser', 'blacklister', 'rescuer', 'treasury'],
    ...['supplyController', 'timelock', 'multisig', 'dao', 'bridge', 'router', 'vault', 'factory'],
    ...['authority', 'executor', 'signer', 'verifier', 'oracle', 'proxyAdmin', 'upgrader'],
  ].map((name) => [toFunctionSelector(`${name}()`), name]),
);

/** What a getter calls the account that it answers with; `null` for one that the field does not know. */
export const getterName = (selector: Hex): string | null => GETTERS.get(selector) ?? null;
