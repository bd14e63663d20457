/** Multisig wallets: 0x's from their package, those that no package publishes written anew. */
import { readFile } from 'node:fs/promises';
import type { Address } from 'viem';
import { z } from 'zod';
import { type Compiled, compile } from './compile.ts';

const artefact = z.object({
  compilerOutput: z.object({
    abi: z.array(z.any()),
    evm: z.object({ bytecode: z.object({ object: z.templateLiteral(['0x', z.string()]) }) }),
  }),
});

/** One of 0x's wallets, as its package was built. */
export async function wallet0x(
  name: 'MultiSigWalletWithTimeLock' | 'ZeroExGovernor',
): Promise<Compiled> {
  const path = `node_modules/@0x/contracts-multisig/lib/generated-artifacts/${name}.json`;
  const { compilerOutput } = artefact.parse(JSON.parse(await readFile(path, 'utf8')));
  return { abi: compilerOutput.abi, bytecode: compilerOutput.evm.bytecode.object };
}

/**
 * No package publishes Gnosis's own wallets. This one has the same functions and the same storage as
 * MultiSigWalletWithDailyLimit; `isElsewhere` puts a slot before its owners.
 *
 * @see https://github.com/gnosis/MultiSigWallet/blob/master/contracts/MultiSigWalletWithDailyLimit.sol
 */
export const walletWithDailyLimit = (isElsewhere = false): Compiled =>
  compile(
    'Wallet',
    `contract Wallet {
      struct Transaction { address destination; uint256 value; bytes data; bool executed; }
      ${isElsewhere ? 'uint256 public other;' : ''}
      mapping(uint256 => Transaction) public transactions;
      mapping(uint256 => mapping(address => bool)) public confirmations;
      mapping(address => bool) public isOwner;
      address[] public owners;
      uint256 public required;
      uint256 public transactionCount;
      uint256 public dailyLimit;
      uint256 public lastDay;
      uint256 public spentToday;
      modifier onlyWallet() { require(msg.sender == address(this)); _; }
      modifier onlyOwner() { require(isOwner[msg.sender]); _; }
      constructor(address[] memory owners_, uint256 required_, uint256 dailyLimit_) payable {
        owners = owners_;
        required = required_;
        dailyLimit = dailyLimit_;
        for (uint256 i = 0; i < owners_.length; i++) isOwner[owners_[i]] = true;
      }
      function addOwner(address owner) external onlyWallet { isOwner[owner] = true; owners.push(owner); }
      function removeOwner(address owner) external onlyWallet {
        isOwner[owner] = false;
        for (uint256 i = 0; i < owners.length; i++) {
          if (owners[i] != owner) continue;
          owners[i] = owners[owners.length - 1];
          owners.pop();
        }
      }
      function replaceOwner(address owner, address newOwner) external onlyWallet {
        isOwner[owner] = false;
        isOwner[newOwner] = true;
        for (uint256 i = 0; i < owners.length; i++) if (owners[i] == owner) owners[i] = newOwner;
      }
      function changeRequirement(uint256 required_) external onlyWallet { required = required_; }
      function changeDailyLimit(uint256 limit) external onlyWallet { dailyLimit = limit; }
      function submitTransaction(address destination, uint256 value, bytes memory data)
        external onlyOwner
      {
        transactions[transactionCount] = Transaction(destination, value, data, false);
        confirmTransaction(transactionCount++);
      }
      function confirmTransaction(uint256 id) public onlyOwner {
        confirmations[id][msg.sender] = true;
        executeTransaction(id);
      }
      function revokeConfirmation(uint256 id) external onlyOwner { confirmations[id][msg.sender] = false; }
      function executeTransaction(uint256 id) public onlyOwner {
        uint256 count = 0;
        for (uint256 i = 0; i < owners.length; i++) if (confirmations[id][owners[i]]) count++;
        Transaction storage each = transactions[id];
        if (each.executed || count < required) return;
        each.executed = true;
        (bool success, ) = each.destination.call{value: each.value}(each.data);
        require(success);
      }
    }`,
  );

/** How one build of Parity's wallet differs from the next. */
export interface ParityBuild {
  /** All in one contract, or a library's layout; `elsewhere` is no layout of this wallet. */
  readonly layout: 'one' | 'library' | 'elsewhere';
  /** Whether `initWallet` asks if there are owners already. */
  readonly isGuarded?: boolean;
  /** Whether one owner makes calls without ether, as in its first builds. */
  readonly callsForOne?: boolean;
}

const OWNERS = 'uint256[256] m_owners; mapping(uint256 => uint256) m_ownerIndex;';
const PENDING =
  'struct Pending { uint256 yetNeeded; uint256 ownersDone; uint256 index; } mapping(bytes32 => Pending) m_pending; bytes32[] m_pendingIndex;';
const LIMIT = 'uint256 public m_dailyLimit; uint256 public m_spentToday; uint256 public m_lastDay;';
const FIELDS = {
  one: OWNERS + PENDING + LIMIT,
  library: LIMIT + OWNERS + PENDING,
  elsewhere: `uint256 other; ${LIMIT} ${OWNERS} ${PENDING}`,
};

/**
 * Parity's wallet, with the same functions, storage and checks as its published source.
 *
 * @see https://github.com/openethereum/parity-ethereum/blob/v1.8.3/js/src/contracts/snippets/enhanced-wallet.sol
 */
export const parityWallet = (build: ParityBuild): Compiled => {
  const { layout, isGuarded = true, callsForOne = false } = build;
  const guard = isGuarded ? 'require(m_numOwners == 0);' : '';
  const alone = callsForOne ? '' : 'data.length == 0 && ';
  return compile(
    'Wallet',
    `contract Wallet {
      struct Transaction { address to; uint256 value; bytes data; }
      uint256 public m_required;
      uint256 public m_numOwners;
      ${FIELDS[layout]}
      mapping(bytes32 => Transaction) m_txs;
      modifier onlyOwner() { if (isOwner(msg.sender)) _; }
      modifier onlyManyOwners(bytes32 operation) { if (confirmAndCheck(operation)) _; }
      function initWallet(address[] memory owners, uint256 required, uint256 limit) external {
        ${guard}
        m_dailyLimit = limit;
        m_numOwners = owners.length + 1;
        m_owners[1] = uint160(msg.sender);
        m_ownerIndex[uint160(msg.sender)] = 1;
        for (uint256 i = 0; i < owners.length; i++) {
          m_owners[2 + i] = uint160(owners[i]);
          m_ownerIndex[uint160(owners[i])] = 2 + i;
        }
        m_required = required;
      }
      function isOwner(address owner) public view returns (bool) { return m_ownerIndex[uint160(owner)] > 0; }
      function revoke(bytes32 operation) external { m_pending[operation].yetNeeded++; }
      function changeOwner(address from, address to) external onlyManyOwners(keccak256(msg.data)) {
        uint256 index = m_ownerIndex[uint160(from)];
        m_owners[index] = uint160(to);
        m_ownerIndex[uint160(from)] = 0;
        m_ownerIndex[uint160(to)] = index;
      }
      function addOwner(address owner) external onlyManyOwners(keccak256(msg.data)) {
        m_owners[++m_numOwners] = uint160(owner);
        m_ownerIndex[uint160(owner)] = m_numOwners;
      }
      function removeOwner(address owner) external onlyManyOwners(keccak256(msg.data)) {
        uint256 index = m_ownerIndex[uint160(owner)];
        m_ownerIndex[uint160(owner)] = 0;
        m_owners[index] = m_owners[m_numOwners];
        m_ownerIndex[m_owners[index]] = index;
        m_owners[m_numOwners--] = 0;
      }
      function changeRequirement(uint256 required) external onlyManyOwners(keccak256(msg.data)) {
        m_required = required;
      }
      function setDailyLimit(uint256 limit) external onlyManyOwners(keccak256(msg.data)) {
        m_dailyLimit = limit;
      }
      function resetSpentToday() external onlyManyOwners(keccak256(msg.data)) { m_spentToday = 0; }
      function kill(address to) external onlyManyOwners(keccak256(msg.data)) {
        selfdestruct(payable(to));
      }
      function execute(address to, uint256 value, bytes memory data)
        external onlyOwner returns (bytes32 hash)
      {
        if ((${alone}m_spentToday + value <= m_dailyLimit) || m_required == 1) {
          m_spentToday += value;
          (bool success, ) = to.call{value: value}(data);
          require(success);
        } else {
          hash = keccak256(abi.encode(msg.data, block.number));
          m_txs[hash] = Transaction(to, value, data);
          confirm(hash);
        }
      }
      function confirm(bytes32 hash) public onlyManyOwners(hash) returns (bool success) {
        (success, ) = m_txs[hash].to.call{value: m_txs[hash].value}(m_txs[hash].data);
        delete m_txs[hash];
      }
      function confirmAndCheck(bytes32 operation) internal returns (bool) {
        uint256 index = m_ownerIndex[uint160(msg.sender)];
        if (index == 0) return false;
        if (m_pending[operation].yetNeeded == 0) {
          m_pending[operation].yetNeeded = m_required;
          m_pending[operation].ownersDone = 0;
        }
        if (m_pending[operation].ownersDone & (2 ** index) != 0) return false;
        if (m_pending[operation].yetNeeded <= 1) {
          delete m_pending[operation];
          return true;
        }
        m_pending[operation].yetNeeded--;
        m_pending[operation].ownersDone |= 2 ** index;
        return false;
      }
    }`,
  );
};

/** The stub that runs a library; `other` is a second account that its code names. */
export const parityStub = (library: Address, other?: Address): Compiled =>
  compile(
    'Stub',
    `contract Stub {
      uint256 public m_required;
      uint256 public m_numOwners;
      uint256 public m_dailyLimit;
      fallback() external payable { run(); }
      ${other === undefined ? '' : `function other() external pure returns (address) { return ${other}; }`}
      function hasConfirmed(bytes32, address) external returns (bool) { run(); }
      function isOwner(address) external returns (bool) { run(); }
      function run() internal {
        assembly {
          calldatacopy(0, 0, calldatasize())
          let success := delegatecall(gas(), ${library}, 0, calldatasize(), 0, 0)
          returndatacopy(0, 0, returndatasize())
          switch success case 0 { revert(0, returndatasize()) } default { return(0, returndatasize()) }
        }
      }
    }`,
  );
