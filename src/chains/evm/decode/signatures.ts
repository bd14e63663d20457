/**
 * Functions by their selectors, with what the field calls their parameters. What each can do to power is
 * said in `functions.ts`; what is known only there is shown without names.
 */
import { type AbiFunction, type Hex, parseAbi, parseAbiItem, toFunctionSelector } from 'viem';
import { knownFunction } from '../functions.ts';

const TOKENS: readonly string[] = [
  'function transfer(address to, uint256 amount)',
  'function transferFrom(address from, address to, uint256 amount)',
  'function approve(address spender, uint256 amount)',
  'function increaseAllowance(address spender, uint256 added)',
  'function decreaseAllowance(address spender, uint256 subtracted)',
  'function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)',
  'function permit(address holder, address spender, uint256 nonce, uint256 expiry, bool allowed, uint8 v, bytes32 r, bytes32 s)',
  'function transferWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce, uint8 v, bytes32 r, bytes32 s)',
  'function receiveWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce, uint8 v, bytes32 r, bytes32 s)',
  'function safeTransferFrom(address from, address to, uint256 id)',
  'function safeTransferFrom(address from, address to, uint256 id, bytes data)',
  'function safeTransferFrom(address from, address to, uint256 id, uint256 amount, bytes data)',
  'function safeBatchTransferFrom(address from, address to, uint256[] ids, uint256[] amounts, bytes data)',
  'function setApprovalForAll(address operator, bool approved)',
  'function mint(address to, uint256 amount)',
  'function burn(uint256 amount)',
  'function burn(address from, uint256 amount)',
  'function configureMinter(address minter, uint256 allowance)',
  'function updateMasterMinter(address masterMinter)',
  'function blacklist(address account)',
  'function delegate(address delegatee)',
  'function delegateBySig(address delegatee, uint256 nonce, uint256 expiry, uint8 v, bytes32 r, bytes32 s)',
  'function approve(address token, address spender, uint160 amount, uint48 expiration)',
  'function transferFrom(address from, address to, uint160 amount, address token)',
  'function permit(address owner, ((address token, uint160 amount, uint48 expiration, uint48 nonce) details, address spender, uint256 sigDeadline) permitSingle, bytes signature)',
  'function permit(address owner, ((address token, uint160 amount, uint48 expiration, uint48 nonce)[] details, address spender, uint256 sigDeadline) permitBatch, bytes signature)',
  'function permitTransferFrom(((address token, uint256 amount) permitted, uint256 nonce, uint256 deadline) permit, (address to, uint256 requestedAmount) transferDetails, address owner, bytes signature)',
  'function lockdown((address token, address spender)[] approvals)',
];

const SAFES: readonly string[] = [
  'function execTransaction(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, bytes signatures)',
  'function execTransactionFromModule(address to, uint256 value, bytes data, uint8 operation)',
  'function execTransactionFromModuleReturnData(address to, uint256 value, bytes data, uint8 operation)',
  'function multiSend(bytes transactions)',
  'function setup(address[] owners, uint256 threshold, address to, bytes data, address fallbackHandler, address paymentToken, uint256 payment, address paymentReceiver)',
  'function addOwnerWithThreshold(address owner, uint256 threshold)',
  'function removeOwner(address prevOwner, address owner, uint256 threshold)',
  'function swapOwner(address prevOwner, address oldOwner, address newOwner)',
  'function changeThreshold(uint256 threshold)',
  'function enableModule(address module)',
  'function disableModule(address prevModule, address module)',
  'function setGuard(address guard)',
  'function setModuleGuard(address moduleGuard)',
  'function setFallbackHandler(address handler)',
  'function changeMasterCopy(address masterCopy)',
  'function approveHash(bytes32 hashToApprove)',
  'function signMessage(bytes data)',
  'function executeUserOp(address to, uint256 value, bytes data, uint8 operation)',
  'function executeUserOpWithErrorString(address to, uint256 value, bytes data, uint8 operation)',
  'function addDelegate(address delegate)',
  'function setAllowance(address delegate, address token, uint96 allowanceAmount, uint16 resetTimeMin, uint32 resetBaseMin)',
  'function executeAllowanceTransfer(address safe, address token, address to, uint96 amount, address paymentToken, uint96 payment, address delegate, bytes signature)',
  'function execTransactionWithRole(address to, uint256 value, bytes data, uint8 operation, bytes32 roleKey, bool shouldRevert)',
  'function execTransactionWithRoleReturnData(address to, uint256 value, bytes data, uint8 operation, bytes32 roleKey, bool shouldRevert)',
  'function assignRoles(address module, bytes32[] roleKeys, bool[] memberOf)',
  'function allowTarget(bytes32 roleKey, address targetAddress, uint8 options)',
  'function scopeTarget(bytes32 roleKey, address targetAddress)',
  'function allowFunction(bytes32 roleKey, address targetAddress, bytes4 selector, uint8 options)',
  'function setDefaultRole(address module, bytes32 roleKey)',
  'function executeNextTx(address to, uint256 value, bytes data, uint8 operation)',
  'function setTxCooldown(uint256 cooldown)',
  'function setTxExpiration(uint256 expiration)',
  'function setTxNonce(uint256 nonce)',
  'function setAvatar(address avatar)',
  'function setTarget(address target)',
];

const OWNERSHIP: readonly string[] = [
  'function transferOwnership(address newOwner)',
  'function acceptOwnership()',
  'function renounceOwnership()',
  'function grantRole(bytes32 role, address account)',
  'function revokeRole(bytes32 role, address account)',
  'function renounceRole(bytes32 role, address account)',
  'function beginDefaultAdminTransfer(address newAdmin)',
  'function acceptDefaultAdminTransfer()',
  'function changeDefaultAdminDelay(uint48 newDelay)',
  'function grantRole(uint64 roleId, address account, uint32 executionDelay)',
  'function revokeRole(uint64 roleId, address account)',
  'function setRoleAdmin(uint64 roleId, uint64 admin)',
  'function setRoleGuardian(uint64 roleId, uint64 guardian)',
  'function setGrantDelay(uint64 roleId, uint32 newDelay)',
  'function setTargetFunctionRole(address target, bytes4[] selectors, uint64 roleId)',
  'function setTargetAdminDelay(address target, uint32 newDelay)',
  'function setTargetClosed(address target, bool closed)',
  'function updateAuthority(address target, address newAuthority)',
  'function setAuthority(address newAuthority)',
  'function rely(address usr)',
  'function deny(address usr)',
  'function setOwner(address owner)',
  'function setLendingPoolImpl(address pool)',
  'function setAddress(bytes32 id, address newAddress)',
];

const UPGRADES: readonly string[] = [
  'function upgradeTo(address newImplementation)',
  'function upgradeToAndCall(address newImplementation, bytes data)',
  'function changeAdmin(address newAdmin)',
  'function upgrade(address proxy, address implementation)',
  'function upgradeAndCall(address proxy, address implementation, bytes data)',
  'function changeProxyAdmin(address proxy, address newAdmin)',
  'function diamondCut((address facetAddress, uint8 action, bytes4[] functionSelectors)[] diamondCut, address init, bytes data)',
];

const QUEUES: readonly string[] = [
  'function schedule(address target, uint256 value, bytes data, bytes32 predecessor, bytes32 salt, uint256 delay)',
  'function scheduleBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 predecessor, bytes32 salt, uint256 delay)',
  'function execute(address target, uint256 value, bytes payload, bytes32 predecessor, bytes32 salt)',
  'function executeBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 predecessor, bytes32 salt)',
  'function updateDelay(uint256 newDelay)',
  'function cancel(bytes32 id)',
  'function queueTransaction(address target, uint256 value, string signature, bytes data, uint256 eta)',
  'function executeTransaction(address target, uint256 value, string signature, bytes data, uint256 eta)',
  'function cancelTransaction(address target, uint256 value, string signature, bytes data, uint256 eta)',
  'function setDelay(uint256 delay)',
  'function setPendingAdmin(address pendingAdmin)',
  'function acceptAdmin()',
  'function schedule(address target, bytes data, uint48 when)',
  'function execute(address target, bytes data)',
  'function cancel(address caller, address target, bytes data)',
  'function propose(address[] targets, uint256[] values, bytes[] calldatas, string description)',
  'function propose(address[] targets, uint256[] values, string[] signatures, bytes[] calldatas, string description)',
  'function queue(address[] targets, uint256[] values, bytes[] calldatas, bytes32 descriptionHash)',
  'function execute(address[] targets, uint256[] values, bytes[] calldatas, bytes32 descriptionHash)',
  'function queue(uint256 proposalId)',
  'function execute(uint256 proposalId)',
  'function cancel(uint256 proposalId)',
  'function castVote(uint256 proposalId, uint8 support)',
  'function castVoteWithReason(uint256 proposalId, uint8 support, string reason)',
  'function relay(address target, uint256 value, bytes data)',
  'function updateTimelock(address newTimelock)',
  'function setVotingDelay(uint48 newVotingDelay)',
  'function setVotingPeriod(uint32 newVotingPeriod)',
  'function setProposalThreshold(uint256 newProposalThreshold)',
  'function updateQuorumNumerator(uint256 newQuorumNumerator)',
  'function submitTransaction(address destination, uint256 value, bytes data)',
  'function confirmTransaction(uint256 transactionId)',
  'function revokeConfirmation(uint256 transactionId)',
  'function executeTransaction(uint256 transactionId)',
  'function addOwner(address owner)',
  'function removeOwner(address owner)',
  'function replaceOwner(address owner, address newOwner)',
  'function changeRequirement(uint256 required)',
];

const BATCHES: readonly string[] = [
  'function multicall(bytes[] data)',
  'function multicall(uint256 deadline, bytes[] data)',
  'function aggregate((address target, bytes callData)[] calls)',
  'function tryAggregate(bool requireSuccess, (address target, bytes callData)[] calls)',
  'function aggregate3((address target, bool allowFailure, bytes callData)[] calls)',
  'function aggregate3Value((address target, bool allowFailure, uint256 value, bytes callData)[] calls)',
  'function handleOps((address sender, uint256 nonce, bytes initCode, bytes callData, uint256 callGasLimit, uint256 verificationGasLimit, uint256 preVerificationGas, uint256 maxFeePerGas, uint256 maxPriorityFeePerGas, bytes paymasterAndData, bytes signature)[] ops, address beneficiary)',
  'function handleOps((address sender, uint256 nonce, bytes initCode, bytes callData, bytes32 accountGasLimits, uint256 preVerificationGas, bytes32 gasFees, bytes paymasterAndData, bytes signature)[] ops, address beneficiary)',
  'function execute(address target, uint256 value, bytes data)',
  'function execute(address target, uint256 value, bytes data, uint8 operation)',
  'function executeBatch(address[] targets, bytes[] data)',
  'function executeBatch(address[] targets, uint256[] values, bytes[] data)',
  'function executeBatch((address target, uint256 value, bytes data)[] calls)',
  'function execute(bytes32 mode, bytes executionCalldata)',
];

const FINANCE: readonly string[] = [
  'function deposit()',
  'function withdraw(uint256 amount)',
  'function deposit(uint256 assets, address receiver)',
  'function mint(uint256 shares, address receiver)',
  'function withdraw(uint256 assets, address receiver, address owner)',
  'function redeem(uint256 shares, address receiver, address owner)',
  'function supply(address asset, uint256 amount, address onBehalfOf, uint16 referralCode)',
  'function deposit(address asset, uint256 amount, address onBehalfOf, uint16 referralCode)',
  'function withdraw(address asset, uint256 amount, address to)',
  'function borrow(address asset, uint256 amount, uint256 interestRateMode, uint16 referralCode, address onBehalfOf)',
  'function repay(address asset, uint256 amount, uint256 interestRateMode, address onBehalfOf)',
  'function submit(address referral)',
  'function wrap(uint256 amount)',
  'function unwrap(uint256 amount)',
  'function swapExactTokensForTokens(uint256 amountIn, uint256 amountOutMin, address[] path, address to, uint256 deadline)',
  'function swapExactETHForTokens(uint256 amountOutMin, address[] path, address to, uint256 deadline)',
  'function swapExactTokensForETH(uint256 amountIn, uint256 amountOutMin, address[] path, address to, uint256 deadline)',
  'function exactInputSingle((address tokenIn, address tokenOut, uint24 fee, address recipient, uint256 deadline, uint256 amountIn, uint256 amountOutMinimum, uint160 sqrtPriceLimitX96) params)',
  'function exactInputSingle((address tokenIn, address tokenOut, uint24 fee, address recipient, uint256 amountIn, uint256 amountOutMinimum, uint160 sqrtPriceLimitX96) params)',
  'function exactInput((bytes path, address recipient, uint256 deadline, uint256 amountIn, uint256 amountOutMinimum) params)',
  'function release()',
  'function release(address token)',
  'function claim()',
  'function disperseEther(address[] recipients, uint256[] values)',
  'function disperseToken(address token, address[] recipients, uint256[] values)',
  'function setText(bytes32 node, string key, string value)',
];

const BRIDGES: readonly string[] = [
  'function setPeer(uint32 eid, bytes32 peer)',
  'function setDelegate(address delegate)',
  'function setConfig(address oapp, address lib, (uint32 eid, uint32 configType, bytes config)[] params)',
  'function setSendLibrary(address oapp, uint32 eid, address newLib)',
  'function setReceiveLibrary(address oapp, uint32 eid, address newLib, uint256 gracePeriod)',
  'function lzReceive((uint32 srcEid, bytes32 sender, uint64 nonce) origin, address receiver, bytes32 guid, bytes message, bytes extraData)',
  'function withdrawERC20For(uint256 withdrawalId, address user, address token, uint256 amount, bytes signatures)',
  'function unlockToken(address ethTokenAddr, uint256 amount, address recipient, bytes32 receiptId)',
];

const known: ReadonlyMap<string, AbiFunction> = new Map(
  parseAbi([
    ...[...TOKENS, ...SAFES, ...OWNERSHIP, ...UPGRADES],
    ...[...QUEUES, ...BATCHES, ...FINANCE, ...BRIDGES],
  ]).flatMap((item) =>
    item.type === 'function' ? [[toFunctionSelector(item), item] as const] : [],
  ),
);

/** The function with a selector, as far as the field knows it; `null` where it does not. */
export function namedFunction(selector: Hex): AbiFunction | null {
  const named = known.get(selector);
  if (named !== undefined) return named;
  const signature = knownFunction(selector)?.signature;
  if (signature === undefined) return null;
  const item = parseAbiItem(`function ${signature}`);
  return item.type === 'function' ? item : null;
}
