/** Wallets of the MultiSigWallet family: 0x's from their package, and one written anew for these tests. */
import { readFile } from 'node:fs/promises';
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
